import type { JobDefinition } from '../job/definition.ts'
import type { Finding } from '../job/errors.ts'
import type { InputFile, OutputFile } from '../job/files.ts'
import type { JobReport } from '../job/job-report.ts'
import type { FoundLines, LinePatterns } from '../job/line-pattern.ts'
import type { ProcessEnd } from '../job/process.ts'

/** How the payload is to be started. */
export interface PayloadPlan {
  /** Where the transform comes from: downloaded into the job directory, or already there. */
  readonly transform:
    | { readonly kind: 'download'; readonly url: string; readonly name: string }
    | { readonly kind: 'present'; readonly name: string }
  readonly commandLine: string
  readonly environment: Readonly<Record<string, string>>
}

export type Planned =
  | { readonly kind: 'plan'; readonly plan: PayloadPlan }
  | { readonly kind: 'refused'; readonly finding: Finding }

/** What a diagnosis wants to know of the payload's output; a file of which it wants nothing is not read. */
export interface WantedLines {
  readonly stdout: LinePatterns
  readonly stderr: LinePatterns
}

/** What a payload leaves behind; of its output the lines that were wanted. */
export interface PayloadTraces {
  readonly end: ProcessEnd
  readonly report: JobReport | undefined
  readonly stdout: FoundLines
  readonly stderr: FoundLines
}

/** What an experiment knows better than the pilot. Pure, without a clock: its findings carry `at: 0`. */
export interface Experiment {
  readonly name: string
  /** `baseUrls`: the only prefixes a transform may be downloaded from. */
  plan(job: JobDefinition, baseUrls: readonly string[]): Planned
  /** What to look for in the output of a payload that ended like this, before it is diagnosed. */
  wantedLines(end: ProcessEnd): WantedLines
  /** Findings about a payload that ended, most specific first; empty = it succeeded. */
  diagnose(job: JobDefinition, traces: PayloadTraces): readonly Finding[]
  /** Inputs that need no transfer are left out. */
  inputs(job: JobDefinition): readonly InputFile[]
  /** The outputs to be stored, given the report, with the GUIDs it names; the log is not among them. */
  outputs(job: JobDefinition, report: JobReport | undefined): readonly OutputFile[]
  /** The field `pilotID`: `GTAG|batch type|version tag|version`. */
  pilotId(version: string, versionTag: string, batchType: string, gtag: string): string
}
