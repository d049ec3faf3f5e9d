import type { ErrorName } from '../../job/error-table.ts'
import type { Finding } from '../../job/errors.ts'
import type { MeasuredFile, StoredFile } from '../../job/files.ts'
import type { JobReport } from '../../job/job-report.ts'
import type { ProcessEnd } from '../../job/process.ts'
import type { Recorded, TransferState } from '../../job/record.ts'
import type { Direction } from '../../job/transfer.ts'
import type { JobUpdate, ResourceUse } from '../../job/update.ts'
import type { ReadReport } from '../../workers/port.ts'

type TransferIntent = Extract<TransferState, { kind: 'intended' }>

/**
 * What the records remember of the outside world. `history` is the whole job: what one life saw and did not live to
 * record, a later one saw again. `life`: the records of the life that is replayed.
 */
export class Memory {
  readonly history: readonly Recorded[]
  readonly life: readonly Recorded[]

  constructor(history: readonly Recorded[], life: readonly Recorded[]) {
    this.history = history
    this.life = life
  }

  /** What was found by this part of the pilot. */
  findings(...origins: readonly string[]): readonly Finding[] {
    return this.history.flatMap(({ record }) =>
      record.kind === 'finding' && origins.includes(record.finding.origin) ? [record.finding] : [],
    )
  }

  finding(origin: string, ...names: readonly ErrorName[]): Finding | undefined {
    return this.findings(origin).find(({ name }) => names.includes(name))
  }

  /** What went wrong with one file, its name taken off. */
  fileFinding(lfn: string, direction: Direction): { readonly name: ErrorName; readonly text: string } | undefined {
    const phase = { in: 'stage-in', out: 'stage-out', log: 'log' }[direction]
    const start = `${lfn}: `
    const found = this.findings('transfer', 'data').find((one) => one.phase === phase && one.detail.startsWith(start))
    return found && { name: found.name, text: found.detail.slice(start.length) }
  }

  /** The tries of a file in this life, in order. */
  intents(direction: Direction, lfn: string): readonly TransferIntent[] {
    return this.#states(this.life, direction, lfn).filter((state) => state.kind === 'intended')
  }

  /** Where the job last went to store or fetch the file. */
  lastPfn(direction: Direction, lfn: string): string | undefined {
    return this.#states(this.history, direction, lfn).findLast((state) => state.kind === 'intended')?.pfn
  }

  /** The file as this life, or any other, brought it to its place. */
  stored(direction: Direction, lfn: string): StoredFile | undefined {
    const states = [...this.#states(this.life, direction, lfn), ...this.#states(this.history, direction, lfn)]
    return states.find((state) => state.kind === 'done')?.stored
  }

  /** What an output measured when it left, or arrived. */
  measured(direction: Direction, lfn: string): MeasuredFile | undefined {
    const measured = this.intents(direction, lfn).find((intent) => intent.measured !== undefined)?.measured
    const stored = this.stored(direction, lfn)
    return measured ?? (stored && { size: stored.size, adler32: stored.adler32 })
  }

  /** A file of this life that ended without a try. */
  wasGivenUp(direction: Direction, lfn: string): boolean {
    return this.#states(this.life, direction, lfn).some((state) => state.kind === 'failed')
  }

  /** The mark of the payload that this life launched. */
  get cookie(): string {
    const launching = this.life.find(({ record }) => record.kind === 'launching')?.record
    return launching?.kind === 'launching' ? (launching.cookie ?? '') : ''
  }

  hasInLife(kind: Recorded['record']['kind']): boolean {
    return this.life.some(({ record }) => record.kind === kind)
  }

  /** The final report, whichever life wrote it. */
  get final(): JobUpdate | undefined {
    const outcome = this.history.find(({ record }) => record.kind === 'outcome')?.record
    return outcome?.kind === 'outcome' ? outcome.update : undefined
  }

  /** The final report, when this life wrote it. */
  get finalOfLife(): JobUpdate | undefined {
    const outcome = this.life.find(({ record }) => record.kind === 'outcome')?.record
    return outcome?.kind === 'outcome' ? outcome.update : undefined
  }

  /** The sample that the next message from this record on shows, or else the final report; undefined = none. */
  sampleShownNext(seq: number): ResourceUse | undefined {
    const next = this.life.find((one) => one.seq >= seq && one.record.kind === 'message')?.record
    if (next?.kind === 'message' && next.update.final === undefined) return next.update.use
    const use = this.finalOfLife?.use
    // The CPU time of a final report may be what the launcher counted, without a sample.
    const end = this.history.findLast(({ record }) => record.kind === 'payload-ended')?.record
    const counted = end?.kind === 'payload-ended' && 'cpuSeconds' in end.end ? (end.end.cpuSeconds ?? 0) : 0
    const isSample = use?.memory !== undefined || use?.workDirSize !== undefined || counted === 0
    return isSample || (use?.cpuTime ?? 0) > counted ? use : undefined
  }

  /** A transfer of the file is recorded later in this life than that record. */
  isRecordedAfter(record: Recorded['record'], lfn: string): boolean {
    const place = this.life.findIndex((one) => one.record === record)
    return this.life.some((one, index) => index > place && one.record.kind === 'transfer' && one.record.lfn === lfn)
  }

  /** How a payload ended that nobody saw ending: as the final report tells it. */
  get unseenEnd(): ProcessEnd {
    const exitCode = this.final?.final?.exitCode
    if (exitCode === undefined) return { kind: 'lost', text: 'the records do not say how it ended' }
    return { kind: 'exited', exitCode, cpuSeconds: this.final?.use?.cpuTime }
  }

  /** The job report as far as the final report shows it. */
  get report(): ReadReport {
    const update = this.final
    if (update?.final === undefined) return { kind: 'missing' }
    const { metaData, payloadError } = update.final
    const { nEvents, dbTime, dbData } = update.metrics
    // Told among the metrics only when the report names it, and more than none.
    const processed = update.nEvents === 0 ? 0 : nEvents
    if (metaData === '' && payloadError === undefined && update.nEvents === undefined) return { kind: 'missing' }
    const failed = payloadError !== undefined && payloadError.code !== 0
    const report: JobReport = {
      exitCode: undefined,
      exitAcronym: undefined,
      exitMsg: failed ? undefined : payloadError?.text,
      exeErrorCode: failed ? payloadError.code : undefined,
      exeErrorDiag: failed ? payloadError.text : undefined,
      processedEvents: processed === undefined ? undefined : Number(processed),
      outputs: undefined,
      outputEvents: processed === undefined ? update.nEvents : undefined,
      dbTime: dbTime === undefined ? undefined : Number(dbTime),
      dbData: dbData === undefined ? undefined : Number(dbData),
      resimEvents: undefined,
      inputFiles: undefined,
      cpuTime: undefined,
    }
    return { kind: 'report', report, text: metaData, problem: undefined }
  }

  #states(records: readonly Recorded[], direction: Direction, lfn: string): readonly TransferState[] {
    return records.flatMap(({ record }) =>
      record.kind === 'transfer' && record.direction === direction && record.lfn === lfn ? [record.state] : [],
    )
  }
}
