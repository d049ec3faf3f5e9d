/** Enough to know a process beyond doubt, also after this pilot was replaced: pids are reused, start times are not. */
export interface ProcessIdentity {
  readonly pid: number
  /** Field 22 of /proc/<pid>/stat: clock ticks after boot. */
  readonly startTicks: number
  readonly bootId: string
  /** Value of the environment variable that marks every process of this payload, daemons included. */
  readonly cookie: string
}

/** How a payload ended. */
export type ProcessEnd =
  | { readonly kind: 'exited'; readonly exitCode: number; readonly cpuSeconds: number | undefined }
  | { readonly kind: 'signalled'; readonly signal: string; readonly cpuSeconds: number | undefined }
  | { readonly kind: 'lost'; readonly text: string }

/** One look at a process tree. Memory in kB, CPU in seconds. */
export interface TreeSample {
  readonly processes: number
  readonly cpuSeconds: number
  readonly rss: number
  readonly pss: number
  readonly vmem: number
  readonly swap: number
}
