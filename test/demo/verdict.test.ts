import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type DemoJob, demoJobs } from '../../demo/jobs.ts'
import { demoDocument, differences, gatherFacts, type JobFacts } from '../../src/cli/demo-verdict.ts'
import { parseDefinition } from '../../src/job/definition.ts'
import { acquireJobs } from '../../src/standin/model/acquire.ts'
import { runAdder } from '../../src/standin/model/adder.ts'
import { addJob, createPanda, type Panda } from '../../src/standin/model/panda.ts'
import { updateJob } from '../../src/standin/model/update.ts'
import { viewAfter } from './events.ts'

const table = { lfn: 'muons.1.table', guid: 'A', size: 10, adler32: '0b0c0d0e' }
const jobs = demoJobs('https://localhost/trf', { first: table, second: table, truncated: table }, () => 'B')
const [first, , third] = jobs as [DemoJob, DemoJob, DemoJob]
const contents = 'muons'
/** adler32 of "muons", from Python's zlib. */
const adler32 = '06960233'
const ended = { exitCode: 0, signal: null }

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'demo-verdict-'))
  for (const lfn of [...first.stored, ...third.stored]) await writeFile(join(directory, lfn), contents)
})
afterEach(() => rm(directory, { recursive: true, force: true }))

/** A server that a pilot told this about a job. */
function serverWith(job: DemoJob, state: 'finished' | 'failed', fields = {}): Panda {
  const panda = createPanda()
  addJob(panda, 0, job.definition)
  const wanted = { label: 'user', memory: 0, disk: 0, remainingTime: 0, node: 'node', computingElement: 'DEMO' }
  const whose = { userDn: null, taskID: null, jobType: null, background: false, resourceType: null }
  const worker = { harvesterID: null, workerID: null, schedulerID: null }
  acquireJobs(panda, 1, { queue: 'DEMO', ...wanted, ...whose, ...worker, count: 1, timeout: 60 })
  const file = { guid: 'C', fsize: contents.length, adler32, endpoint: 'DEMO_DATADISK' }
  const report = job.stored.map((lfn) => [lfn, { surl: `file://localhost${join(directory, lfn)}`, ...file }])
  const times = { startTime: null, endTime: null, metadata: '', pilotLog: '', stdout: '' }
  const update = {
    PandaID: job.pandaId,
    attemptNr: 1,
    state,
    fields,
    report: JSON.stringify(Object.fromEntries(report)),
  }
  updateJob(panda, 2, { ...update, ...times })
  runAdder(panda, 3)
  return panda
}

const facts = (panda: Panda, job: DemoJob) => gatherFacts(panda, [job], viewAfter(), 0)

test('the definitions are such as a pilot accepts', () => {
  expect(jobs.map(({ definition }) => parseDefinition(definition).kind)).toEqual(['job', 'job', 'job'])
})

test('a finished job whose files are in storage is as it must be', async () => {
  const found = await facts(serverWith(first, 'finished'), first)
  expect(differences(found, ended)).toEqual([])
  expect(found[0]?.outputs.map(({ lfn }) => lfn)).toEqual(first.stored)
})

test('a failure is right only with its exit code and its reason', async () => {
  const error = { pilotErrorCode: 1305, pilotErrorDiag: 'muons.3.table is truncated', transExitCode: 65 }
  const right = serverWith(third, 'failed', error)
  expect(differences(await facts(right, third), ended)).toEqual([])
  const wrong = serverWith(third, 'failed', { pilotErrorCode: 1305, pilotErrorDiag: 'broken', transExitCode: 1 })
  expect(differences(await facts(wrong, third), ended)).toEqual([
    'job 4003: trans exit code 1 instead of 65',
    'job 4003: its error text does not say “truncated” but “broken”',
  ])
})

test('a file that is not what was reported is found', async () => {
  await writeFile(join(directory, 'dimuon.4001.plot.txt'), 'Muons')
  expect(differences(await facts(serverWith(first, 'finished'), first), ended)).toEqual([
    'job 4001: dimuon.4001.plot.txt was reported with 5 bytes, adler32 06960233, but in storage is 5 bytes, adler32 05f60213',
  ])
})

test('a file that is not there is found', async () => {
  await rm(join(directory, 'dimuon.4001.plot.txt'))
  const [sentence] = differences(await facts(serverWith(first, 'finished'), first), ended)
  expect(sentence).toMatch(/dimuon\.4001\.plot\.txt .* in storage is nothing readable$/)
})

test('a job nobody took, and a pilot that crashed, are told in a sentence each', async () => {
  const panda = createPanda()
  addJob(panda, 0, first.definition)
  expect(differences(await facts(panda, first), { exitCode: null, signal: 'SIGSEGV' })).toEqual([
    'the pilot ended with SIGSEGV instead of exit code 0',
    'job 4001: no pilot ever took it',
  ])
})

test('the document has the promised shape', () => {
  const output = { lfn: 'dimuon.4001.hist.json', size: 5, adler32, found: undefined }
  const rest = { serverState: 'finished', pilotErrorCode: 0, transExitCode: 0, text: '', finals: 1 }
  const found: JobFacts = { job: first, ...rest, outputs: [output], phases: { payload: 1.23456 } }
  expect(demoDocument([found], [])).toEqual({
    jobs: [
      {
        pandaId: 4001,
        attemptNr: 1,
        expected: 'finished',
        serverState: 'finished',
        pilotErrorCode: 0,
        transExitCode: 0,
        errorText: '',
        outputs: [{ lfn: 'dimuon.4001.hist.json', size: 5, adler32 }],
        phases: { payload: 1.235 },
      },
    ],
    ok: true,
  })
  expect(demoDocument([found], ['wrong'])).toMatchObject({ ok: false, differences: ['wrong'] })
})
