/** A line of a payload's output that holds one of `texts`, byte by byte; `texts` are of one line each. */
export interface LinePattern {
  readonly texts: readonly string[]
  /** Of several lines the first or the last of the file. */
  readonly keep: 'first' | 'last'
}

export type LinePatterns = Readonly<Record<string, LinePattern>>

/** The line found, by the name of its pattern; absent where no line matches. */
export type FoundLines = Readonly<Record<string, string>>
