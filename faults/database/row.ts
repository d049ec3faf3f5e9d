/** One fault: what should be seen, and how it is brought about in the directory of its own that `run` gets. */
export interface FaultRow {
  readonly name: string
  readonly expected: string
  /** A program that the fault needs, or being root; absent: nothing. */
  readonly needs?: readonly Need[]
  run(directory: string): Promise<Seen>
}

export type Need = 'strace' | 'unshare' | 'root'

/** What came of it. A crash is an end of a pilot's process that nobody brought about. */
export interface Seen {
  readonly text: string
  readonly ok: boolean
  readonly crashes: number
  /** Acknowledged records that are neither there afterwards nor named as lost. */
  readonly lostSilently: number
}
