import type { Recorded } from '../../job/record.ts'

/** What one pilot process recorded of a job, and all that it found recorded when it began. */
export interface Life {
  readonly before: readonly Recorded[]
  readonly records: readonly Recorded[]
}

/**
 * A job's history cut where one pilot process ended and the next went on. No record says so: a life enters the job in
 * phase `preparing`, or, when the outcome was written, by recording its final message once more, or for the first time and
 * without knowing the findings. A pilot that died before its first phase, or after a job without findings was concluded
 * and before its final message, leaves no trace; that history is the one of a single life.
 */
export function livesOf(history: readonly Recorded[]): readonly Life[] {
  const starts: number[] = []
  let entered = false
  let told = false
  history.forEach(({ record }, index) => {
    const enters = record.kind === 'phase' && record.phase === 'preparing'
    const tells = record.kind === 'message' && record.update.final !== undefined
    if (index === 0 || (enters && entered) || (tells && (told || forgot(history, index)))) starts.push(index)
    entered ||= enters
    told ||= tells
  })
  return starts.map((start, nth) => ({
    before: history.slice(0, start),
    records: history.slice(start, starts[nth + 1]),
  }))
}

/** The phases after the final message have another cause than those before it. */
function forgot(history: readonly Recorded[], message: number): boolean {
  const isPhase = ({ record }: Recorded): boolean => record.kind === 'phase'
  const [before, after] = [history.slice(0, message).findLast(isPhase), history.slice(message).find(isPhase)]
  if (before?.record.kind !== 'phase' || after?.record.kind !== 'phase') return false
  const toldAgain = history.slice(message + 1).some(({ record }) => record.kind === 'message')
  return before.record.cause !== after.record.cause && !toldAgain
}
