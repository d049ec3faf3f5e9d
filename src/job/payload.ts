import type { Finding } from './errors.ts'
import type { OutputFile } from './files.ts'
import type { JobReport } from './job-report.ts'
import type { ProcessEnd, ProcessIdentity } from './process.ts'
import type { TextFile } from './text-file.ts'

/** What the payload needs to be started, ready for the launcher. */
export interface ReadyCommand {
  readonly commandLine: string
  readonly environment: Readonly<Record<string, string>>
}

export type Preparation = { readonly kind: 'ready'; readonly command: ReadyCommand } | PayloadRefused

export type Launch =
  | { readonly kind: 'launched'; readonly identity: ProcessIdentity; readonly at: number }
  | PayloadRefused

export interface PayloadRefused {
  readonly kind: 'refused'
  readonly finding: Finding
  /** A second try may succeed: the transform's web server was out of reach. */
  readonly again: boolean
}

/** What is known when the payload and all its processes are gone. */
export interface PayloadResult {
  readonly end: ProcessEnd | undefined
  readonly report: JobReport | undefined
  /** The reduced job report for the server, or empty. */
  readonly metaData: string | TextFile
  /** Outputs to be stored, by the experiment's rules. */
  readonly outputs: readonly OutputFile[]
  readonly findings: readonly Finding[]
  /** ms since the epoch. */
  readonly startedAt: number | undefined
  readonly endedAt: number | undefined
}

/** The payload's exit code as the server gets it; undefined when it never ended by itself. */
export function exitCodeOf(end: ProcessEnd | undefined): number | undefined {
  return end?.kind === 'exited' ? end.exitCode : undefined
}
