import type { DebugCommand } from '../job/debug-command.ts'
import type { ProcessEnd, ProcessIdentity, TreeSample } from '../job/process.ts'

export interface PayloadCommand {
  /** One line for the payload's own shell (`bash -c`): by contract the job parameters are shell text. */
  readonly commandLine: string
  /** Value of the variable that marks every process of this payload; fresh for each launch. */
  readonly cookie: string
  readonly directory: string
  readonly environment: Readonly<Record<string, string>>
  readonly stdout: string
  readonly stderr: string
  /** Where the launcher writes how the payload ended. Only `ended` reads it: its end mark tells when it is whole. */
  readonly statusFile: string
}

export type Launched =
  | { readonly kind: 'launched'; readonly identity: ProcessIdentity }
  | { readonly kind: 'failed'; readonly text: string }

export type TreeSignal = 'SIGTERM' | 'SIGKILL'

/**
 * The payload's processes. Guarantees: never rejects; a signal goes only to processes that are provably of this
 * payload (descendant, session or cookie, start time compared right before); output goes to files, never through us.
 */
export interface Processes {
  /** Starts the payload in a session of its own, marked with the cookie. */
  launch(command: PayloadCommand): Promise<Launched>
  /** The launcher that carries this cookie, while it lives: for a launch whose answer was lost. */
  find(cookie: string): Promise<ProcessIdentity | undefined>
  /**
   * Whether a launch that was intended provably never came to its start: its status file, which is there before, is
   * missing or not whole. False when it cannot be known.
   */
  neverStarted(statusFile: string): Promise<boolean>
  /**
   * Resolves when the payload's first process has ended and its status is known; when aborted, at once as `lost`.
   * A payload started by an earlier pilot process is looked at every second.
   */
  ended(identity: ProcessIdentity, statusFile: string, signal: AbortSignal): Promise<ProcessEnd>
  /**
   * Sends to every process of the tree; resolves to how many got it. TERM leaves the launcher alive, which writes the
   * status; KILL repeats until none is left, at most for a second.
   */
  signalTree(identity: ProcessIdentity, signal: TreeSignal): Promise<number>
  /** How many processes of the tree still live; 1 when that cannot be known. */
  survivors(identity: ProcessIdentity): Promise<number>
  /** undefined = nothing of it lives, or it cannot be known. */
  sample(identity: ProcessIdentity): Promise<TreeSample | undefined>
}

/**
 * What a person may have looked up in a running job. Guarantees: never rejects, what went wrong is the text; no shell, and
 * nothing outside of the job directory and the payload's processes is shown; the text has at most 2,048 bytes of UTF-8,
 * path or title in the first line, secrets hidden; it comes within 6 s, one at a time.
 */
export interface DebugCommands {
  /** `identity`: the payload, undefined while none runs. gdb stops one of its processes for up to 5 s. */
  run(command: DebugCommand, identity: ProcessIdentity | undefined, directory: string): Promise<string>
  /**
   * The last 10 lines of the newest text file below the directory. `exclude`: patterns of names that are not the payload's
   * logs: `pilotFiles`, the inputs, the transform.
   */
  activeLog(directory: string, exclude: readonly string[]): Promise<string>
}

/** Disk questions. Never rejects; undefined = could not be read. Bytes. */
export interface Disk {
  freeSpace(path: string): Promise<number | undefined>
  /** Sum of the sizes of the regular files below, links not followed, `leaveOut` names at the top not counted. */
  directorySize(path: string, leaveOut: readonly string[]): Promise<number | undefined>
  /** Size of a regular file; undefined when it is none. */
  fileSize(path: string): Promise<number | undefined>
}

/**
 * Work directories. Every path that is changed lies below the pilot's own directory, links resolved; others are
 * refused. Rejects with an Error that says what failed.
 */
export interface Files {
  /** Creates the directory 0770, parents included. */
  createDirectory(path: string): Promise<void>
  /** With all below it, links not followed. Nothing there = done. */
  removeDirectory(path: string): Promise<void>
  /** Nothing there = done. */
  removeFile(path: string): Promise<void>
  /** Written as a whole and synced: temporary file and rename. Mode 0644 unless given, whatever the umask. */
  write(path: string, text: string, mode?: number): Promise<void>
  /** Of any path of the node. */
  exists(path: string): Promise<boolean>
  /** Of a regular file anywhere, no link. Bytes that are no UTF-8 become U+FFFD. */
  readStart(path: string, bytes: number): Promise<string>
  readEnd(path: string, bytes: number): Promise<string>
  /** A symbolic link `path` → `target`; the same one existing is kept, another is an error. */
  link(target: string, path: string): Promise<void>
  /** Mode 0755 (contracts/pilot-experiment.md 5.3). */
  makeExecutable(path: string): Promise<void>
  /** Appends whole lines. */
  append(path: string, text: string): Promise<void>
}

/** Time. `now` is wall-clock ms since the epoch, `monotonic` ms that never jump. */
export interface Clock {
  now(): number
  monotonic(): number
}

/** Chance. */
export interface Entropy {
  /** Uniform in [0, 1). */
  random(): number
  /** A random UUID v4, upper case with dashes, the form of new GUIDs (contracts/pilot-data.md 3.4). */
  guid(): string
}

/** What is said of the worker node to the server (contracts/panda-server.md 1.7, 5.1). */
export interface NodeFacts {
  /** `<slot>@<host>` where a slot is known. */
  readonly node: string
  readonly memoryMB: number
  readonly cpuModel: string
  readonly cores: number
  /** `s+<cpu model …>`, at most 128 bytes. */
  readonly cpuConsumptionUnit: string
  /** `x86_64-v3` and the like; empty when unknown. */
  readonly cpuArchitectureLevel: string
  readonly batchType: string
  readonly batchId: string
}
