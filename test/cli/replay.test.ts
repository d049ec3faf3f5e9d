import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Recorded } from '../../src/job/record.ts'
import { recording, recordingFile } from '../simulation/replay/recordings.ts'

const main = join(import.meta.dirname, '../../src/main.ts')

interface Said {
  readonly exitCode: number
  readonly out: string
  readonly err: string
}

/** The command as users start it, without a terminal. */
function replay(...args: string[]): Promise<Said> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, 'replay', ...args], { env: { PATH: '/usr/bin:/bin' } }, (error, out, err) =>
      resolve({ exitCode: typeof error?.code === 'number' ? error.code : 0, out, err }),
    )
  })
}

async function fileOf(records: unknown): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'pilot-replay-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const path = join(directory, 'history.json')
  await writeFile(path, JSON.stringify({ job: '4003.1', records }))
  return path
}

test('a table of every step, then the verdict', async () => {
  const { exitCode, out, err } = await replay(recordingFile('finished'), '4001')
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
  const lines = out.trimEnd().split('\n')
  expect(lines[0]).toMatch(/^STEP +SECONDS +FROM +FACT +STATES AFTER IT$/)
  expect(lines.filter((line) => /^ *\d+ +\d+\.\d{3} /.test(line))).toHaveLength(recording('finished').length)
  expect(lines.at(-1)).toBe('The charts reach the recorded states: 28 steps, phase closed, finished, delivered.')
})

test('programs get one JSON document', async () => {
  const { out } = await replay(recordingFile('killed-payload'), '7001.1', '--json')
  const { job, steps, verdict, state, recorded } = JSON.parse(out)
  expect({ job, verdict }).toEqual({ job: '7001.1', verdict: { kind: 'reached' } })
  expect(state).toMatchObject({ phase: 'closed', delivered: true, outcome: { outcome: 'finished' } })
  expect(recorded.outcome).toEqual(state.outcome)
  expect(steps.at(-1).states).toMatchObject({ job: 'closed', reporter: 'closed' })
})

test('a tampered record is named with both readings, exit code 1', async () => {
  const records = recording('failed').map(({ record, ...place }): Recorded => {
    return { ...place, record: record.kind === 'outcome' ? { ...record, outcome: 'finished', code: 0 } : record }
  })
  const { exitCode, out } = await replay(await fileOf(records), '4003')
  expect(exitCode).toBe(1)
  expect(out).toContain('The charts do not reach record 21')
  expect(out).toContain('first difference  outcome: "finished" recorded, "failed" replayed')
})

test('what if: both outcomes, side by side', async () => {
  const { exitCode, out } = await replay(recordingFile('finished'), '4001', '--what-if', 'payload.exited:137@13')
  expect(exitCode).toBe(0)
  expect(out).toMatch(/as recorded +phase closed, finished, delivered/)
  expect(out).toMatch(/as supposed +phase closed, failed, 1305 Failed to execute payload: exit code 137/)
})

test('it ends after the step it is told to', async () => {
  const { exitCode, out } = await replay(recordingFile('finished'), '4001', '--until', '3', '--json')
  expect(exitCode).toBe(0)
  expect(JSON.parse(out).steps).toHaveLength(3)
})

test('no secret of the definition is shown', async () => {
  const secret = 'hunter2-is-the-word'
  const text = await readFile(recordingFile('failed'), 'utf8')
  const { records } = JSON.parse(text.replaceAll('./analyse-muons ', `./analyse-muons --key=${secret} `))
  records[0].record.definition.secrets = JSON.stringify({ KEY: secret })
  const path = await fileOf(records)
  for (const form of [[], ['--json'], ['--what-if', 'payload.exited:1@15']]) {
    const { out, err } = await replay(path, '4003', ...form)
    expect(out).toContain('[hidden]')
    expect(out + err).not.toContain(secret)
  }
})

describe('refused with 2, and nothing on stdout', () => {
  test.each([
    ['no job of that number', [recordingFile('failed'), '5'], 'there is no job 5'],
    ['a job that is no number', [recordingFile('failed'), 'mine'], 'mine is no job'],
    ['no such file', ['nowhere.json', '5'], 'nowhere.json cannot be read'],
    ['no such database', ['nowhere', '5'], 'there is no pilot database in nowhere'],
    ['a fact of no known form', [recordingFile('failed'), '4003', '--what-if', 'rain@3'], 'write one of'],
    ['a step that is not there', [recordingFile('failed'), '4003', '--what-if', 'pilot.stop:SIGTERM@99'], 'no step 99'],
    ['a fact that cannot be', [recordingFile('failed'), '4003', '--what-if', 'payload.lost@2'], 'no payload runs'],
    ['no end', [recordingFile('failed'), '4003', '--until', 'tomorrow'], '--until tomorrow'],
  ])('%s', async (_, args, words) => {
    const { exitCode, out, err } = await replay(...args)
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' })
    expect(err).toContain(words)
  })

  test('a file that is no history', async () => {
    const { exitCode, err } = await replay(await fileOf([{ seq: 1 }]), '4003')
    expect(exitCode).toBe(2)
    expect(err).toContain('is no history of a job at 0.records.0')
  })

  test('records that no pilot writes', async () => {
    const records = recording('failed').map((recorded) =>
      recorded.record.kind === 'message' ? { ...recorded, record: { kind: 'message' } } : recorded,
    )
    const { exitCode, err } = await replay(await fileOf(records), '4003')
    expect(exitCode).toBe(2)
    expect(err).toContain('not as a pilot writes them')
  })
})
