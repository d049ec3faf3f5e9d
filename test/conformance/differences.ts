/** Where the stand-in or our client knowingly differs from what was recorded, and why. */
export interface Difference {
  readonly folder: string
  /** Which recordings, by name. */
  readonly recordings: RegExp
  readonly reason: string
}

/** The stand-in answers otherwise than the real server. A recording listed here must really differ. */
export const differences: readonly Difference[] = [
  {
    folder: 'token-1.0.3',
    recordings: /^303-token-no-origin$/,
    reason: "the real server prints a Python traceback of its own files; the stand-in's text ends before it",
  },
]

/** Recordings of methods that the stand-in does not have: it answers 403 for them and they are not replayed. */
export const notSpoken: readonly Difference[] = []

/** Requests that our client never makes, because it is right where they are wrong or because they are Harvester's. */
export const notAsked: readonly Difference[] = [
  {
    folder: 'legacy-0.8.1',
    recordings: /^(008|009|010|032)-/,
    reason: 'a queue is missing, a field or a method is invented: our client names the queue and invents nothing',
  },
  {
    folder: 'legacy-0.8.1',
    recordings: /^(028|033)-/,
    reason: 'a state that is none, a job without a number: our types do not hold them',
  },
  { folder: 'legacy-0.8.1', recordings: /^054-/, reason: 'get_max_worker_id is asked by Harvester' },
  {
    folder: 'v1-1.0.3',
    recordings: /^(102|107|108|109|110|111|112|113|136|140)-/,
    reason: 'no Accept, a GET, a missing, invented or wrongly typed field, no JSON: our client sends none of these',
  },
  {
    folder: 'v1-1.0.3',
    recordings: /^(114|115|116|117|118)-/,
    reason: 'methods, modules and versions that do not exist',
  },
  {
    folder: 'v1-1.0.3',
    recordings: /^255-/,
    reason: 'an object store in update_single_event_range breaks the server (gotcha 27), so ours never names one',
  },
]

export function findDifference(
  table: readonly Difference[],
  folder: string,
  recording: string,
): Difference | undefined {
  return table.find((difference) => difference.folder === folder && difference.recordings.test(recording))
}
