/** Where the stand-in knowingly does not answer what the real server answered. */
export interface Difference {
  readonly folder: string
  /** Which recordings, by name. */
  readonly recordings: RegExp
  readonly reason: string
}

/** A recording listed here must really differ; the suites fail when it has become equal. */
export const differences: readonly Difference[] = [
  {
    folder: 'token-1.0.3',
    recordings: /^303-token-no-origin$/,
    reason: "the real server prints a Python traceback of its own files; the stand-in's text ends before it",
  },
]

/** Recordings of methods the stand-in does not have: it answers 403 for them and they are not replayed. */
export const notSpoken: readonly Difference[] = [
  {
    folder: 'legacy-0.8.1',
    recordings: /^(?:05[0-4]|2\d\d)-/,
    reason: 'credentials, get_max_worker_id and the event service are not part of the stand-in',
  },
  {
    folder: 'v1-1.0.3',
    recordings: /^(?:15[6-9]|2\d\d)-/,
    reason: 'credentials and the event service are not part of the stand-in',
  },
]

export function findDifference(
  table: readonly Difference[],
  folder: string,
  recording: string,
): Difference | undefined {
  return table.find((difference) => difference.folder === folder && difference.recordings.test(recording))
}
