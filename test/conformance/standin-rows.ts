import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { stateNumber } from '../../src/standin/event-report.ts'
import type { Job, StoredFile } from '../../src/standin/model/job.ts'
import type { Panda } from '../../src/standin/model/panda.ts'
import { readRow, readRows, samplesDir } from './standin-recordings.ts'

/** Compares what the model has with the recorded database rows beside a recording, where there are any. */
export function compareTables(folder: string, recording: string, panda: Panda): void {
  if (existsSync(join(samplesDir, folder, `${recording}.db.txt`)) && isEventTable(folder, recording)) {
    compareEvents(folder, recording, panda)
    compareRow(folder, `${recording}.job`, panda)
  } else compareRow(folder, recording, panda)
}

/** Compares the rows and files that the real Adder left with those that ours left. */
export function compareOutcomes(folder: string, panda: Panda): void {
  for (const file of readdirSync(join(samplesDir, folder)).filter((name) => name.endsWith('-after-adder.db.txt'))) {
    compareRow(folder, file.slice(0, -'.db.txt'.length), panda)
    const list = file.replace('-after-adder.db.txt', '.files.txt')
    if (!existsSync(join(samplesDir, folder, list))) continue
    const files = panda.jobs.get(Number(readRow(folder, file).pandaid))?.files ?? []
    expect([...files].map(([lfn, stored]) => fileRow(lfn, stored))).toEqual(filesOf(folder, list))
  }
}

function isEventTable(folder: string, recording: string): boolean {
  return readFileSync(join(samplesDir, folder, `${recording}.db.txt`), 'utf8')
    .trimStart()
    .startsWith('jeditaskid')
}

/** The event table, row by row; of an archive the recording tells only that there is one. */
function compareEvents(folder: string, recording: string, panda: Panda): void {
  const file = `${recording}.db.txt`
  const recorded = readRows(folder, file)
  const fileid = Number(recorded[0]?.fileid)
  const rows = panda.events.filter(({ fileID }) => fileID === fileid)
  const ours = rows.map((row) => ({
    jeditaskid: String(row.taskID),
    pandaid: String(row.PandaID),
    fileid: String(row.fileID),
    job_processid: String(row.processID),
    status: String(stateNumber(row)),
    attemptnr: String(row.attemptNr),
    a: String(row.startEvent),
    b: String(row.lastEvent),
    objstore_id: String(row.objstoreID ?? ''),
    ziprow_id: row.zip === null ? '' : 'there',
    error_code: String(row.errorCode ?? ''),
    error_diag: row.errorDiag ?? '',
  }))
  expect(ours, file).toEqual(recorded.map((row) => ({ ...row, ziprow_id: row.ziprow_id === '' ? '' : 'there' })))
}

/** Compares the model's job with the recorded database row, where there is one beside the recording. */
function compareRow(folder: string, recording: string, panda: Panda): void {
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
function fileRow(lfn: string, file: StoredFile): string {
  return [lfn, file.type, file.status, file.GUID ?? '', file.fsize ?? '', file.checksum ?? ''].join('|')
}

function filesOf(folder: string, name: string): string[] {
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
