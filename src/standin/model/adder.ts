import { type Job, listOf, type StoredFile, textOf } from './job.ts'
import type { Panda, QueuedReport } from './panda.ts'
import {
  type ExpectedFiles,
  expectedFiles,
  isVariantOf,
  type ReportedFile,
  readJobReport,
  readReport,
} from './report.ts'
import { settle } from './settle.ts'

/** ddmErrorCode of the Adder itself, and of the experiment's checks (contracts/panda-server.md 5.5). */
const adderError = 200
const missingEvents = 204
const wrongGuid = 205

/**
 * Works off the waiting final reports, oldest first: jobs leave `holding` for their outcome. Reports of jobs that are
 * gone, have an outcome, or of another attempt are dropped. Returns how many jobs it settled.
 */
export function runAdder(panda: Panda, now: number): number {
  let settled = 0
  for (const queued of panda.reports.splice(0)) {
    const job = panda.jobs.get(queued.PandaID)
    if (job === undefined || job.archived || job.state === 'failed' || job.state === 'merging') continue
    if (job.attemptNr !== queued.attemptNr) continue
    finish(panda, now, job, queued)
    settled += 1
  }
  return settled
}

function finish(panda: Panda, now: number, job: Job, queued: QueuedReport): void {
  job.report = queued.report
  if (job.fields.jobSubStatus === 'pilot_closed') {
    settle(panda, now, job, 'closed', 'adder', 'closed by the pilot')
    return
  }
  const fault = queued.state === 'failed' ? checkFailed(job, queued) : checkFinished(panda, job, queued)
  if (queued.state === 'finished' && fault === null) {
    settle(panda, now, job, 'finished', 'adder', '')
    return
  }
  if (fault !== null && fault.code !== null) {
    job.errors.ddmErrorCode = fault.code
    job.errors.ddmErrorDiag = fault.text
  }
  for (const [lfn, file] of job.files) if (file.type !== 'input') job.files.set(lfn, { ...file, status: 'failed' })
  // Somebody wanted the job dead, so its failure is no failure.
  settle(panda, now, job, job.command === 'tobekilled' ? 'cancelled' : 'failed', 'adder', fault?.text ?? '')
}

/** What is wrong with a report; without a code the job's own error stands. */
interface Fault {
  readonly code: number | null
  readonly text: string
}

/** A failed job needs its log alone. */
function checkFailed(job: Job, queued: QueuedReport): Fault | null {
  const expected = expectedFiles(job)
  if (expected.outputs.length === 0 && expected.log === null) return null
  const files = readReport(queued.report, expected.inputs)
  if (files === null) return unreadable(job)
  for (const lfn of expected.outputs) job.files.set(lfn, notStored('output'))
  return storeFiles(job, { ...expected, outputs: [] }, files) ?? strangers(expected, files)
}

function checkFinished(panda: Panda, job: Job, queued: QueuedReport): Fault | null {
  const expected = expectedFiles(job)
  if (expected.outputs.length === 0 && expected.log === null) return null
  const files = readReport(queued.report, expected.inputs)
  if (files === null) return unreadable(job)
  const fault = storeFiles(job, expected, files) ?? strangers(expected, files)
  if (fault !== null || panda.experiment !== 'atlas' || textOf(job, 'prodSourceLabel') !== 'managed') return fault
  return checkEvents(job, expected, files)
}

/** Writes down every expected file; the first one that is missing is the fault. */
function storeFiles(job: Job, expected: ExpectedFiles, files: readonly ReportedFile[]): Fault | null {
  const reported = new Map(files.map((file) => [file.lfn, file]))
  const user = ['user', 'panda'].includes(textOf(job, 'prodSourceLabel') ?? '')
  for (const [index, lfn] of expected.inputs.entries()) {
    const status = !reported.has(lfn) ? 'ready' : user ? 'skipped' : 'failed'
    job.files.set(lfn, { ...definedInput(job, index), status })
  }
  const mayMiss = new Set(listOf(job, 'allowNoOutput'))
  const events = textOf(job, 'eventService') === 'True'
  const variants = files.filter((file) => expected.outputs.some((lfn) => isVariantOf(file.lfn, lfn)))
  for (const file of variants) job.files.set(file.lfn, ready('output', file))
  let fault: Fault | null = null
  for (const lfn of [...expected.outputs, ...(expected.log === null ? [] : [expected.log])]) {
    const type = lfn === expected.log ? 'log' : 'output'
    const file = reported.get(lfn)
    if (file !== undefined) job.files.set(lfn, ready(type, file))
    else if (mayMiss.has(lfn)) job.files.set(lfn, { ...notStored(type), status: 'nooutput' })
    else if (!events && !variants.some((variant) => isVariantOf(variant.lfn, lfn))) {
      job.files.set(lfn, notStored(type))
      fault ??= { code: adderError, text: `expected output ${lfn} is missing in pilot JSON` }
    }
  }
  return fault
}

/** A file that no definition and no pattern knows. */
function strangers(expected: ExpectedFiles, files: readonly ReportedFile[]): Fault | null {
  const stranger = files.find(
    ({ lfn }) =>
      lfn !== expected.log &&
      !expected.inputs.includes(lfn) &&
      !expected.outputs.some((output) => output === lfn || isVariantOf(lfn, output)),
  )
  return stranger === undefined
    ? null
    : { code: adderError, text: `pilot produced ${stranger.lfn} inconsistently with jobdef` }
}

/** ATLAS production: each output must be in the job report with its GUID and, histograms and texts aside, its events. */
function checkEvents(job: Job, expected: ExpectedFiles, files: readonly ReportedFile[]): Fault | null {
  if (job.metadata === null && Number(job.fields.nEvents ?? 0) > 0) return null
  const described = readJobReport(job.metadata)
  for (const file of files) {
    if (!expected.outputs.includes(file.lfn)) continue
    const own = described.get(file.lfn)
    if (own?.nentries == null && !/^(?:TXT|NTUP|HIST)/.test(file.lfn)) {
      return { code: missingEvents, text: `nEvents is missing in jobReport for ${file.lfn}` }
    }
    if (own?.guid !== file.guid) {
      return { code: wrongGuid, text: `inconsistent GUID for ${file.lfn}: pilot=${file.guid} jobReport=${own?.guid}` }
    }
  }
  return null
}

/** An unreadable report is the Adder's error only where the pilot brought none of its own. */
function unreadable(job: Job): Fault {
  const named = Number(job.fields.pilotErrorCode ?? 0) !== 0 || Number(job.fields.transExitCode ?? 0) !== 0
  return { code: named ? null : adderError, text: 'Could not get GUID/LFN/MD5/FSIZE/SURL from pilot JSON' }
}

function ready(type: 'output' | 'log', file: ReportedFile): StoredFile {
  const { guid: GUID, fsize, checksum, endpoint } = file
  return { type, status: 'ready', GUID, fsize, checksum, endpoint }
}

/** An input as the definition describes it; the lists are parallel. */
function definedInput(job: Job, index: number): StoredFile {
  const at = (key: string) => listOf(job, key)[index] ?? null
  const fsize = at('fsize')
  return {
    type: 'input',
    status: 'ready',
    GUID: at('GUID'),
    fsize: fsize === null ? null : Number(fsize),
    checksum: at('checksum'),
    endpoint: at('ddmEndPointIn'),
  }
}

function notStored(type: 'output' | 'log'): StoredFile {
  return { type, status: 'failed', GUID: null, fsize: null, checksum: null, endpoint: null }
}
