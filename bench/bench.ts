/** What one run of a contestant gave: figures by name, each in the unit its comparison tells. */
export type Figures = Readonly<Record<string, number>>

/** Something that does the work of a comparison: we, or a peer. */
export interface Contestant {
  readonly name: string
  /** Its first run is as good as any: it is left out of the turn that does not count. */
  readonly startsWarm?: boolean
  run(): Promise<Figures>
}

/** Minimum, median and maximum over the rounds. */
export interface Spread {
  readonly min: number
  readonly median: number
  readonly max: number
}

export interface Standing {
  readonly name: string
  readonly figures: Readonly<Record<string, Spread>>
  /** Ours divided by this peer's, round by round; absent for ourselves. */
  readonly ratios?: Readonly<Record<string, Spread>>
}

/** Contestants side by side: in each round every one runs once, in turn. */
export interface Comparison {
  readonly what: string
  /** Unit of each figure: `s`, `ms`, `MB`, `GB/s` … */
  readonly units: Readonly<Record<string, string>>
  readonly rounds: number
  /** Figures a picture shows; the first of `units` unless named. */
  readonly plotted?: readonly string[]
  /** Ours first. */
  readonly standings: readonly Standing[]
}

/** A figure that was promised. `median` of the rounds against `limit`. */
export interface Goal {
  readonly text: string
  readonly value: number
  readonly limit: number
  readonly sense: 'at most' | 'at least'
  readonly met: boolean
}

/** What a bench needs that this machine has not: named, never silently left out. */
export interface MissingPeer {
  readonly peer: string
  readonly why: string
}

export interface Measured {
  readonly comparisons: readonly Comparison[]
  readonly goals: readonly Goal[]
  readonly missing: readonly MissingPeer[]
  /** Versions of the peers, by name. */
  readonly versions: Readonly<Record<string, string>>
  /** What else a reader must know to judge the figures. */
  readonly remarks: readonly string[]
}

export interface BenchOptions {
  /** How often every contestant runs; the figures are the medians. */
  readonly rounds: number
  /** Tells a person what goes on. */
  readonly say: (text: string) => void
}

/** One question, answered by measuring. */
export interface Bench {
  readonly question: string
  run(options: BenchOptions): Promise<Measured>
}
