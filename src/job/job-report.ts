/** One output file in the payload's job report (contracts/pilot-experiment.md 2.3). */
export interface ReportedOutput {
  readonly name: string
  readonly guid: string | undefined
  readonly size: number | undefined
  readonly nEntries: number | undefined
}

/** What the pilot wants of a jobReport.json. A field that is absent or of the wrong type is undefined. */
export interface JobReport {
  readonly exitCode: number | undefined
  readonly exitAcronym: string | undefined
  readonly exitMsg: string | undefined
  /** Of payloads that are no transforms. */
  readonly exeErrorCode: number | undefined
  readonly exeErrorDiag: string | undefined
  readonly processedEvents: number | undefined
  /** Of the first step that tells it. */
  readonly resimEvents: number | undefined
  /** Files over all input arguments. */
  readonly inputFiles: number | undefined
  /** Those of the job's outputs that the report lists; undefined = it has no `files.output`. */
  readonly outputs: readonly ReportedOutput[] | undefined
  /** Sum over all files of `files.output`, also those that are no outputs of the job; undefined = none tells it. */
  readonly outputEvents: number | undefined
  /** Seconds: the transform's own total, else the sum over the steps. */
  readonly cpuTime: number | undefined
  /** Sums over the steps (contracts/pilot-experiment.md 2.3). */
  readonly dbTime: number | undefined
  readonly dbData: number | undefined
}
