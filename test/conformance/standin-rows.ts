import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Job, StoredFile } from '../../src/standin/model/job.ts'
import type { Panda } from '../../src/standin/model/panda.ts'
import { readRow, samplesDir } from './standin-recordings.ts'

/** Compares the model's job with the recorded database row, where there is one beside the recording. */
export function compareRow(folder: string, recording: string, panda: Panda): void {
  const file = [`${recording}.db.txt`, `${recording}-after.db.txt`].find((name) =>
    existsSync(join(samplesDir, folder, name)),
  )
  if (file === undefined) return
  const row = readRow(folder, file)
  const job = panda.jobs.get(Number(row.pandaid))
  if (job === undefined) throw new Error(`${file}: no job ${row.pandaid}`)
  expect(rowOf(job, row), file).toEqual(row)
}

/** The stored files of a job in the form of the recorded list. */
export function fileRow(lfn: string, file: StoredFile): string {
  return [lfn, file.type, file.status, file.GUID ?? '', file.fsize ?? '', file.checksum ?? ''].join('|')
}

export function filesOf(folder: string, name: string): string[] {
  return readFileSync(join(samplesDir, folder, name), 'utf8')
    .trim()
    .split('\n')
}

/** The columns of the recording. Clock times are compared by presence: the recorded calls took up to a second. */
function rowOf(job: Job, row: Record<string, string>): Record<string, string> {
  const field = (name: string) => String(job.fields[name] ?? '')
  const whole = (name: string) => String(job.fields[name] ?? 0)
  const archived = job.archived
  return {
    t: archived ? 'jobsarchived4' : 'jobsactive4',
    pandaid: String(job.PandaID),
    jobstatus: job.state,
    jobsubstatus: field('jobSubStatus'),
    attemptnr: String(job.attemptNr),
    modificationhost: field('modificationHost'),
    starttime: sameTime(job.startTime, row.starttime),
    endtime: sameTime(job.endTime, row.endtime),
    perr: whole('pilotErrorCode'),
    tec: field('transExitCode'),
    exe: whole('exeErrorCode'),
    nevents: whole('nEvents'),
    maxrss: field('maxRSS'),
    // The archive table of the recorded server did not keep this column.
    mean: archived || job.fields.meanCoreCount === undefined ? '' : Number(job.fields.meanCoreCount).toFixed(2),
    cores: field('actualCoreCount'),
    pilotid: field('pilotID'),
    schedulerid: field('schedulerID'),
    batchid: field('batchID'),
    jddiag: sameTime(job.dispatcherText, row.jddiag),
    tbdiag: '',
    ddiag: String(job.errors.ddmErrorDiag ?? ''),
  }
}

/** The recorded text when ours differs from it by no more than two seconds of the clock. */
function sameTime(ours: string | null, recorded = ''): string {
  const clock = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/
  const left = Date.parse(`${clock.exec(ours ?? '')?.[0]}Z`)
  const right = Date.parse(`${clock.exec(recorded)?.[0]}Z`)
  const close = Math.abs(left - right) <= 2000 && ours?.replace(clock, '') === recorded.replace(clock, '')
  return close ? recorded : (ours ?? '')
}
