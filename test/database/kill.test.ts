import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDatabase } from '../../src/database/pilot-database.ts'
import type { JobKey } from '../../src/job/ids.ts'

const room = join(import.meta.dirname, '../../src/database')
const job = '42.1' as JobKey

let directory: string
let children: ChildProcess[]

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pilotdb-kill-'))
  children = []
})

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  await rm(directory, { recursive: true })
})

/**
 * A pilot that opens the database, says "open" or the refusal, and runs the script with it; `largestFile`: in kB, what the
 * system lets it write.
 */
function pilot(script: string, largestFile = 'unlimited') {
  const source = `import { openDatabase } from ${JSON.stringify(join(room, 'pilot-database.ts'))}
    const opened = await openDatabase(${JSON.stringify(directory)})
    console.log(opened.kind === 'open' ? 'open' : opened.text)
    if (opened.kind === 'refused') process.exit(1)
    const write = (cause, durability) =>
      opened.database.write('42.1', { kind: 'phase', phase: 'payload', cause }, durability)
    ${script}`
  const limited = `trap "" XFSZ; ulimit -f ${largestFile}; exec "$0" "$@"`
  const argv = ['-c', limited, process.execPath, '--input-type=module', '--eval', source]
  const child = spawn('bash', argv, { stdio: ['pipe', 'pipe', 'ignore'] })
  children.push(child)
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() }
}

/** Writes without end, several at a time, and says which were acknowledged. */
const writing = `for (let n = 0; ; n += 3) {
  const answers = await Promise.all([
    write(String(n), 'flushed'), write(String(n + 1), 'soon'), write(String(n + 2), 'flushed'),
  ])
  console.log(answers.map(({ seq }) => seq).join(' '))
}`

const lastOf = (answers: string | undefined) => Number(answers?.split(' ').at(-1))

test.each([1, 4, 10, 25, 60])(
  'nothing acknowledged is lost when the pilot is killed after %i answers',
  async (rounds) => {
    const { child, lines } = pilot(writing)
    expect((await lines.next()).value).toBe('open')
    let acknowledged = 0
    for (let round = 0; round < rounds; round += 1) {
      acknowledged = lastOf((await lines.next()).value)
    }
    child.kill('SIGKILL')
    await once(child, 'exit')
    for (;;) {
      const { value, done } = await lines.next()
      if (done) break
      acknowledged = lastOf(value)
    }
    const warnings: string[] = []
    const opened = await openDatabase(directory, { warn: (text) => warnings.push(text) })
    if (opened.kind === 'refused') throw new Error(opened.text)
    const history = opened.database.history(job)
    await opened.database.close()
    expect(warnings).toEqual([])
    expect(acknowledged).toBeGreaterThanOrEqual(rounds * 3)
    expect(history.length).toBeGreaterThanOrEqual(acknowledged)
    expect(history.map(({ record }) => ('cause' in record ? record.cause : ''))).toEqual(
      history.map((_, index) => `${index}`),
    )
  },
)

test('a second pilot is refused while the first lives, and let in when it was killed', async () => {
  const first = pilot('setInterval(() => {}, 1000)')
  expect((await first.lines.next()).value).toBe('open')
  const second = pilot('')
  expect((await second.lines.next()).value).toContain(`is held by the pilot with pid ${first.child.pid}`)
  first.child.kill('SIGKILL')
  await once(first.child, 'exit')
  expect((await pilot('await opened.database.close()').lines.next()).value).toBe('open')
})

test('of many pilots that find a dead one’s database, one gets it', async () => {
  const dead = pilot('process.kill(process.pid, "SIGKILL")')
  await once(dead.child, 'exit')
  const many = Array.from({ length: 6 }, () => pilot('setInterval(() => {}, 1000)'))
  const said = await Promise.all(many.map(async ({ lines }) => String((await lines.next()).value)))
  expect(said.filter((text) => text === 'open')).toHaveLength(1)
  expect(said.filter((text) => text.includes('is held by'))).toHaveLength(5)
})

test('a disk without room: what fits is kept, the rest is in memory and said to be, small records still get through', async () => {
  const { child, lines } = pilot(
    `const big = 'x'.repeat(100_000)
     let answer
     let written = 0
     while ((answer = await write(big, 'flushed')).kind === 'written') written += 1
     const small = await write('small', 'flushed')
     const history = opened.database.history('42.1').length
     console.log(JSON.stringify({ text: answer.text, small, written, history }))
     process.kill(process.pid, 'SIGKILL')`,
    '1024',
  )
  expect((await lines.next()).value).toBe('open')
  const { text, small, written, history } = JSON.parse((await lines.next()).value ?? '{}')
  expect(text).toContain('the record is kept in memory only: EFBIG')
  expect(small).toEqual({ kind: 'written', seq: history })
  // Some in LMDB, then some in the journal.
  expect(written).toBeGreaterThan(10)
  expect(history).toBe(written + 2)

  if (child.signalCode === null) await once(child, 'exit')
  const warnings: string[] = []
  const opened = await openDatabase(directory, { warn: (warning) => warnings.push(warning) })
  if (opened.kind === 'refused') throw new Error(opened.text)
  const seqs = opened.database.history(job).map(({ seq }) => seq)
  await opened.database.close()
  expect(seqs).toEqual(Array.from({ length: history }, (_, index) => index + 1).filter((seq) => seq !== written + 1))
  expect(warnings).toContain(`of job 42.1 record ${written + 1} is lost`)
})
