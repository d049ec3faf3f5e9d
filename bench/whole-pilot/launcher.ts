import type { RunDirectory } from './ground.ts'

export interface CommandLine {
  readonly command: string
  readonly argv: readonly string[]
  readonly environment: Readonly<Record<string, string>>
}

/** How one pilot is started, and which of the processes are its own. */
export interface Launcher {
  readonly name: string
  commandLine(run: RunDirectory, port: number): CommandLine
  /** Of what was started, `root`: the processes whose CPU time and memory count, none while they are not yet there. */
  ownProcesses(root: number): readonly number[]
  /** Ends the pilot and all below it at once. */
  kill(root: number): void
  /** ms after which a run that has not ended has failed. */
  readonly longest: number
}
