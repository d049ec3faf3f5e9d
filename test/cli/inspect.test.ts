import { spawn } from 'node:child_process'
import { mkdtemp, open as openFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openDatabase } from '../../src/database/pilot-database.ts'
import type { PilotDatabase } from '../../src/database/port.ts'
import type { JobKey } from '../../src/job/ids.ts'
import type { JobRecord } from '../../src/job/record.ts'

const main = join(import.meta.dirname, '../../src/main.ts')
const job = '4242.1' as JobKey
const secret = 'hunter2-is-the-word'

let directory: string
let database: PilotDatabase | undefined

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pilot-inspect-'))
})

afterEach(async () => {
  await database?.close()
  database = undefined
  await rm(directory, { recursive: true })
})

const records: readonly JobRecord[] = [
  {
    kind: 'definition',
    definition: {
      PandaID: 4242,
      attemptNr: 1,
      transformation: 'run.sh',
      jobPars: `--key=${secret}`,
      secrets: JSON.stringify({ KEY: secret }),
    },
    workDirectory: '/w/PanDA_Pilot-4242',
    startTime: 1_700_000_000_000,
  },
  { kind: 'phase', phase: 'stage-in', cause: 'accepted' },
  { kind: 'transfer', direction: 'in', lfn: 'a.root', state: { kind: 'intended', pfn: 'root://se//a.root' } },
  { kind: 'phase', phase: 'payload', cause: 'all inputs are here' },
  { kind: 'launching', commandLine: `./run.sh --key=${secret}` },
  {
    kind: 'process',
    identity: { pid: 77, startTicks: 5, bootId: 'boot', cookie: 'c' },
    statusFile: '/w/status',
  },
  { kind: 'payload-ended', end: { kind: 'exited', exitCode: 65, cpuSeconds: 12.3 } },
  {
    kind: 'finding',
    finding: {
      name: 'PAYLOADEXECUTIONFAILURE',
      detail: `it said \u001b[2J${secret}`,
      phase: 'payload',
      at: 1_700_000_100_000,
      origin: 'payload',
    },
  },
  { kind: 'outcome', outcome: 'failed', code: 1305, text: 'Failed to execute payload' },
]

async function fill(): Promise<PilotDatabase> {
  let at = 1_700_000_000_000
  const opened = await openDatabase(directory, {
    now: () => {
      at += 1500
      return at
    },
  })
  if (opened.kind === 'refused') throw new Error(opened.text)
  database = opened.database
  for (const record of records) await database.write(job, record, 'soon')
  await database.write('5000.0' as JobKey, { kind: 'phase', phase: 'preparing', cause: '' }, 'soon')
  return database
}

interface Said {
  readonly exitCode: number | null
  readonly out: string
  readonly err: string
}

/** The command as users start it, in the directory beside the database's. */
function inspect(...args: string[]): Promise<Said> {
  const child = spawn(process.execPath, [main, 'inspect', '--database', directory, ...args], {
    env: { PATH: '/usr/bin:/bin' },
  })
  const said = { out: '', err: '' }
  child.stdout.on('data', (bytes) => {
    said.out += bytes
  })
  child.stderr.on('data', (bytes) => {
    said.err += bytes
  })
  return new Promise((resolve) => child.on('close', (exitCode) => resolve({ exitCode, ...said })))
}

describe('while a pilot holds the database', () => {
  beforeEach(fill)

  test('the jobs are listed, in aligned columns', async () => {
    const { exitCode, out, err } = await inspect()
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
    expect(out).toBe(
      `${directory}, held by the pilot with pid ${process.pid}

JOB     PHASE      OUTCOME  DELIVERED  OUTBOX  RECORDS  LOST  LAST RECORD (UTC)        ERROR
4242.1  payload    failed   no              0        9     -  2023-11-14 22:13:33.500  1305 Failed to execute payload
5000.0  preparing  -        no              0        1     -  2023-11-14 22:13:35.000
`,
    )
  })

  test('a job is shown whole, without its secrets and without what would steer a terminal', async () => {
    const { out } = await inspect('4242')
    expect(out).toContain('outcome    failed, 1305 Failed to execute payload')
    expect(out).toContain('jobPars         --key=[hidden]')
    expect(out).toContain('secrets         [hidden]')
    expect(out).toContain('command line  ./run.sh --key=[hidden]')
    expect(out).toContain('in   a.root  intended: root://se//a.root')
    expect(out).toContain('the payload ended with exit code 65, 12.30 s of CPU')
    expect(out).toContain('it said \\x1b[2J[hidden]')
  })

  test('a history has every record with its time and cause', async () => {
    const { out } = await inspect('--history', '4242.1')
    const lines = out.trimEnd().split('\n')
    expect(lines).toHaveLength(records.length + 1)
    expect(lines[2]).toBe('  2  2023-11-14 22:13:23.000   +1.500  phase          stage-in: accepted')
    expect(lines[4]).toBe('  4  2023-11-14 22:13:26.000   +1.500  phase          payload: all inputs are here')
  })

  test('programs get one JSON document', async () => {
    const list = JSON.parse((await inspect('--json')).out)
    expect(list.jobs.map((one: { job: string }) => one.job)).toEqual(['4242.1', '5000.0'])
    expect(list).toMatchObject({ database: directory, notes: [] })
    const one = JSON.parse((await inspect('4242.1', '--json')).out)
    expect(one).toMatchObject({ PandaID: 4242, attemptNr: 1, phase: 'payload', delivered: false, missing: [] })
    const history = JSON.parse((await inspect('--history', '4242', '--json')).out)
    expect(history.records.map(({ seq }: { seq: number }) => seq)).toEqual(records.map((_, index) => index + 1))
  })

  test('no form of it shows a secret', async () => {
    for (const args of [['4242'], ['4242', '--json'], ['--history', '4242'], ['--history', '4242', '--json']]) {
      expect((await inspect(...args)).out).not.toContain(secret)
    }
  })

  test('several attempts of a job are told apart', async () => {
    await database?.write('4242.2' as JobKey, { kind: 'phase', phase: 'preparing', cause: '' }, 'soon')
    const { exitCode, err } = await inspect('4242')
    expect({ exitCode, err }).toEqual({
      exitCode: 2,
      err: 'pilot inspect: job 4242 has the attempts 4242.1, 4242.2: name one\n',
    })
    expect((await inspect('4242.2')).out).toContain('Job 4242.2')
  })
})

test('a damaged database is shown as far as it can be read, and what is missing is said', async () => {
  await (await fill()).close()
  const file = await openFile(join(directory, 'data.mdb'), 'r+')
  await file.write(Buffer.alloc(8192, 7), 0, 8192, 0)
  await file.close()
  const whole = await inspect('--history', '4242')
  expect(whole.exitCode).toBe(1)
  expect(whole.err).toContain('pilot inspect: the database is damaged: reading it')
  expect(whole.out.trimEnd().split('\n')).toHaveLength(records.length + 1)

  await rm(join(directory, 'data.mdb'))
  const { exitCode, out, err } = await inspect('4242')
  expect({ exitCode, err }).toEqual({
    exitCode: 1,
    err: 'pilot inspect: the database is damaged: the data file is missing or empty, but 10 acknowledged records are not there\n',
  })
  expect(out).toContain('records    0, lost: 1–9')
})

test.each([
  ['no database', [], 'there is no pilot database in'],
  ['a word that is no job', ['abc'], 'abc is no job: write a PandaID, or PandaID.attempt'],
  ['two jobs', ['1', '2'], 'too many arguments'],
])('%s is refused', async (_, args, text) => {
  const { exitCode, err, out } = await inspect(...args)
  expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' })
  expect(err).toContain(text)
})

test('a job that is not there is refused', async () => {
  await fill()
  expect((await inspect('77')).err).toContain('there is no job 77 in')
})
