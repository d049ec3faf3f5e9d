import { fitColumns, storeFields } from './columns.ts'
import { backChannel } from './commands.ts'
import { record } from './history.ts'
import { columnTime, type Job, numberOf, type Stored, textOf } from './job.ts'
import { type Panda, setState } from './panda.ts'

/** The states a pilot may report; every other word is refused or ignored by the dialects. */
export const reportedStates = ['running', 'failed', 'finished', 'holding', 'starting', 'transferring'] as const
export type ReportedState = (typeof reportedStates)[number]

/** One update after a dialect read it. Empty texts mean "not sent". */
export interface JobUpdate {
  readonly PandaID: number
  readonly state: ReportedState
  readonly attemptNr: number | null
  /** Columns under the server's names, cast as the dialect casts them. */
  readonly fields: Readonly<Record<string, Stored>>
  readonly startTime: string | null
  readonly endTime: string | null
  readonly report: string
  readonly metadata: string
  readonly pilotLog: string
  readonly stdout: string
}

export type UpdateAnswer =
  | { readonly kind: 'command'; readonly command: string; readonly pilotSecrets: string | null }
  | { readonly kind: 'metadata refused' }
  | { readonly kind: 'database error' }

/** A row of the decision table: what the pilot hears, and whether the update is stored. */
type Row = 'store' | 'store, stay running' | 'ignore' | 'alreadydone' | 'tobekilled' | 'other batch job'

/**
 * The server's decision about an update, in its order (contracts/panda-server.md 5.3, steps 2 to 6; role, `NULL` and
 * unknown states are the dialects' part). Every call leaves one event in the history.
 */
export function updateJob(panda: Panda, now: number, update: JobUpdate): UpdateAnswer {
  const job = panda.jobs.get(update.PandaID)
  const before = job?.state ?? null
  const answer = decide(panda, now, job, update)
  record(panda, {
    at: now,
    call: 'update',
    PandaID: update.PandaID,
    asked: update.state,
    before,
    after: job?.state ?? null,
    answer: answer.kind === 'command' ? answer.command : answer.kind,
  })
  return answer
}

function decide(panda: Panda, now: number, job: Job | undefined, update: JobUpdate): UpdateAnswer {
  if (job !== undefined && update.pilotLog !== '') job.pilotLog = update.pilotLog.slice(0, 4000)
  if (update.metadata !== '' && update.state !== 'failed') {
    if (job === undefined) return { kind: 'metadata refused' }
    if (!job.archived) job.metadata ??= update.metadata
  }
  // The column holds 2048 bytes; the database refuses more, and the server goes on without it.
  if (job !== undefined && update.stdout !== '' && new TextEncoder().encode(update.stdout).length <= 2048) {
    job.stdout = update.stdout
  }
  const found = findActive(job, update)
  const row = found === undefined ? 'tobekilled' : rowFor(panda, found, update)
  const answer = found === undefined ? plain('tobekilled') : carryOut(panda, now, found, update, row)
  if (isFinal(update) && row !== 'alreadydone' && answer.kind === 'command') {
    panda.reports.push({
      PandaID: update.PandaID,
      attemptNr: update.attemptNr ?? 0,
      state: update.state,
      report: update.report,
    })
  }
  return answer
}

/** The table of contracts/panda-server.md 5.3, row by row. */
function rowFor(panda: Panda, job: Job, update: JobUpdate): Row {
  const byPilot = job.dispatcherText !== null
  const toHolding = update.state === 'holding' || isFinal(update)
  if (job.state === 'failed') return 'alreadydone'
  if (job.state === 'transferring' && toHolding && !byPilot) return 'alreadydone'
  if (job.state === 'holding' && update.state === 'holding') return 'ignore'
  if (job.state === 'holding' && isFinal(update) && !byPilot) return 'alreadydone'
  if (job.state === 'merging') return 'ignore'
  if (job.state === 'holding' && !isFinal(update)) return 'ignore'
  if (job.state === 'transferring' && (update.state === 'running' || update.state === 'starting')) return 'ignore'
  if (isOtherBatchJob(job, update)) return 'other batch job'
  if (job.state === 'running' && update.state === 'starting') return 'store, stay running'
  if (update.state === 'running' && losesClone(panda, job)) return 'tobekilled'
  return 'store'
}

function carryOut(panda: Panda, now: number, job: Job, update: JobUpdate, row: Row): UpdateAnswer {
  switch (row) {
    case 'ignore':
      return { kind: 'command', ...backChannel(job) }
    case 'alreadydone':
    case 'tobekilled':
      return plain(row)
    case 'other batch job':
      job.errors.supErrorCode = 1
      job.errors.supErrorDiag = `got an update request with invalid batchID=${update.fields.batchID}`
      return plain('tobekilled')
    case 'store':
    case 'store, stay running': {
      const fitted = fitColumns(update.fields)
      if (fitted.kind === 'overflow') return { kind: 'database error' }
      storeFields(job, fitted.fields)
      moveOn(panda, now, job, update, row === 'store, stay running')
      return { kind: 'command', ...backChannel(job) }
    }
  }
}

/** Sets the stored state and the times that go with it; finals are stored as holding. */
function moveOn(panda: Panda, now: number, job: Job, update: JobUpdate, stay: boolean): void {
  const before = job.state
  const after = isFinal(update) ? 'holding' : stay ? 'running' : update.state
  if (isFinal(update)) job.dispatcherText = null
  else if (after === 'holding' || after === 'transferring') {
    job.dispatcherText = `set to ${after} by the pilot at ${columnTime(now)}`
  }
  if (update.startTime !== null) job.startTime = update.startTime
  else if (after === 'running' && (before === 'sent' || before === 'starting')) job.startTime = columnTime(now)
  if (update.endTime !== null) job.endTime = update.endTime
  else if (after === 'holding') job.endTime = columnTime(now)
  setState(panda, now, job, after)
}

/** Active, and of the attempt the pilot talks about. */
function findActive(job: Job | undefined, update: JobUpdate): Job | undefined {
  if (job === undefined || job.archived) return undefined
  return update.attemptNr === null || update.attemptNr === job.attemptNr ? job : undefined
}

function isOtherBatchJob(job: Job, update: JobUpdate): boolean {
  const stored = job.fields.batchID
  const sent = update.fields.batchID
  if (stored === undefined || stored === '' || sent === undefined || sent === '' || stored === sent) return false
  return !/^\d+$/.test(String(stored)) && !/^\d+$/.test(String(sent))
}

/** Of the clones of a `runonce` job only the first that runs goes on. */
function losesClone(panda: Panda, job: Job): boolean {
  if (textOf(job, 'cloneJob') !== 'runonce') return false
  const jobset = numberOf(job, 'jobsetID')
  if (jobset === null) return false
  const winner = panda.clones.get(jobset)
  if (winner === undefined) panda.clones.set(jobset, job.PandaID)
  return winner !== undefined && winner !== job.PandaID
}

function isFinal(update: JobUpdate): update is JobUpdate & { state: 'finished' | 'failed' } {
  return update.state === 'finished' || update.state === 'failed'
}

function plain(command: 'tobekilled' | 'alreadydone'): UpdateAnswer {
  return { kind: 'command', command, pilotSecrets: null }
}
