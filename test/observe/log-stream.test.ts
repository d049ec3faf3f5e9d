import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, createReadStream, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, test } from 'vitest'

const room = join(import.meta.dirname, '../../src/observe')
const endings: (() => void)[] = []

afterEach(() => {
  for (const end of endings.splice(0)) end()
})

interface Talker {
  /** How far it says it came. */
  readonly stdout: Readable
  /** What it logs, once somebody reads it. */
  readonly log: Readable
  readonly exit: Promise<unknown[]>
  kill(signal: NodeJS.Signals): void
}

/** A process whose stderr is the write end of a pipe, as from a shell, or of a socket, as from a Node launcher. */
function talker(kind: string, script: string): Talker {
  const source = `import { openLogStream } from ${JSON.stringify(join(room, 'log-stream.ts'))}
    const stream = openLogStream(2)
    ${script}`
  const pipe = kind === 'pipe' ? makePipe() : undefined
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    stdio: ['ignore', 'pipe', pipe?.writeEnd ?? 'pipe'],
  })
  endings.push(() => child.kill('SIGKILL'))
  if (pipe !== undefined) closeSync(pipe.writeEnd)
  const log = pipe === undefined ? child.stderr : createReadStream('', { fd: pipe.readEnd })
  if (child.stdout === null || log === null) throw new Error('no pipes')
  return { stdout: child.stdout, log, exit: once(child, 'exit'), kill: (signal) => void child.kill(signal) }
}

function makePipe() {
  const directory = mkdtempSync(join(tmpdir(), 'pipe-'))
  const path = join(directory, 'pipe')
  execFileSync('mkfifo', [path])
  const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const writeEnd = openSync(path, constants.O_WRONLY)
  rmSync(directory, { recursive: true })
  // Node reads files by blocking threads; the first opening had to be non-blocking only to come back at all.
  const blocking = openSync(`/proc/self/fd/${readEnd}`, constants.O_RDONLY)
  closeSync(readEnd)
  return { readEnd: blocking, writeEnd }
}

describe.each(['pipe', 'socket'])('on a %s', (kind) => {
  test('lines reach a reader that reads', async () => {
    const { log } = talker(kind, `stream.write(['one', 'two']); stream.write(['three']); await stream.close()`)
    expect(await text(log)).toBe('one\ntwo\nthree\n')
  })

  test('a reader that is slow gets all lines, none torn, with characters of any width', async () => {
    const { stdout, log } = talker(
      kind,
      `for (let n = 0; n < 5000; n += 1) stream.write(['«' + n + '» äöü 𝄞'.repeat(5)])
       process.stdout.write('written')
       await stream.close()`,
    )
    await once(stdout, 'data')
    const lines = (await text(log)).split('\n')
    expect(lines).toHaveLength(5001)
    expect(lines[4999]).toBe(`«4999${'» äöü 𝄞'.repeat(5)}`)
  })

  test('a reader that stopped reading does not hold the pilot, and is told what it missed', async () => {
    const { stdout, log, kill } = talker(
      kind,
      `for (let n = 0; n < 3000; n += 1) stream.write(['x'.repeat(1000)])
       const again = setInterval(() => stream.write(['again']), 5)
       process.on('SIGTERM', async () => { clearInterval(again); await stream.close() })
       process.stdout.write('not held')`,
    )
    expect(String((await once(stdout, 'data'))[0])).toBe('not held')
    let heard = ''
    for await (const piece of log.setEncoding('utf8')) {
      heard = (heard + piece).slice(-5000)
      if (heard.endsWith('again\n')) kill('SIGTERM')
    }
    expect(heard).toMatch(/\n\(\d+ lines were not shown: nobody read them\)\nagain\n/)
  })

  test('a reader that went away is forgotten', async () => {
    const { stdout, log, exit, kill } = talker(
      kind,
      `const timer = setInterval(() => stream.write(['anybody?']), 5)
       process.on('SIGTERM', async () => { clearInterval(timer); await stream.close(); process.stdout.write('alive') })
       process.stdout.write('ready')`,
    )
    await once(stdout, 'data')
    log.destroy()
    await once(log, 'close')
    kill('SIGTERM')
    expect(await text(stdout)).toBe('alive')
    expect((await exit)[0]).toBe(0)
  })
})

test('in a file that stdout shares, neither overwrites the other', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'shared-'))
  endings.push(() => rmSync(directory, { recursive: true }))
  const path = join(directory, 'both')
  const file = openSync(path, 'w')
  const source = `import { openLogStream } from ${JSON.stringify(join(room, 'log-stream.ts'))}
    const stream = openLogStream(2)
    stream.write(['log'])
    process.stdout.write('data\\n')
    stream.write(['log again'])`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], { stdio: ['ignore', file, file] })
  closeSync(file)
  await once(child, 'exit')
  expect(readFileSync(path, 'utf8')).toBe('log\ndata\nlog again\n')
})
