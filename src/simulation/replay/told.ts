import type { Finding } from '../../job/errors.ts'
import type { Recorded } from '../../job/record.ts'
import { killReason } from '../../job/stop.ts'

/** Something that came to the job from outside, known by the finding it left. `before`: sequence number of a record. */
export interface Told {
  readonly finding: Finding
  readonly before: number
}

/** Who finds something that no answer to a call of the job says. */
const tellers: readonly string[] = ['pilot', 'monitor', 'heartbeat']

/**
 * What came to the job from outside, each before the record that follows it in time: after the last one that is older, or,
 * older than all, where the wall clock was set back. The server's orders are not among them: they come with its answers.
 */
export function toldIn(history: readonly Recorded[]): readonly Told[] {
  return history.flatMap(({ record }) => {
    if (record.kind !== 'finding' || !tellers.includes(record.finding.origin)) return []
    const { finding } = record
    if (finding.name === killReason(0).name) return []
    const older = history.findLastIndex(({ at }) => at < finding.at)
    const setBack = history.findIndex(({ at }, place) => at < (history[place - 1]?.at ?? at))
    const next = history[older >= 0 ? older + 1 : Math.max(0, setBack)]
    return next === undefined ? [] : [{ finding, before: next.seq }]
  })
}
