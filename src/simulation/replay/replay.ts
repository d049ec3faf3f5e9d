import { parseDefinition } from '../../job/definition.ts'
import { foldHistory, type JobState } from '../../job/job-state.ts'
import type { Recorded } from '../../job/record.ts'
import { resumePoint } from '../../job/resume.ts'
import { causeRecord, sampleForNext, tell } from './causes.ts'
import { type Life, livesOf } from './lives.ts'
import { ReplayedLife } from './replayed-life.ts'
import { difference, sameSubject } from './same-record.ts'
import type { Step, StepFact, Verdict } from './step.ts'
import { runOn, type Supposition, suppose } from './suppose.ts'
import { type Told, toldIn } from './told.ts'

export interface ReplayOptions {
  /** Asked after each step: true ends the replay there. */
  readonly until?: (step: Step) => boolean
  /** What happens in place of a step; everything after it is what the job makes of it. */
  readonly supposition?: Supposition
}

export type Replayed =
  | {
      readonly kind: 'replayed'
      readonly steps: readonly Step[]
      /** Of a replay that was stopped or changed: as far as it followed the records. */
      readonly verdict: Verdict
      /** What the job's own records amount to in the replay. */
      readonly state: JobState
    }
  | { readonly kind: 'refused'; readonly text: string }

/** No record needs more answers and timers than this. */
const mostCauses = 500

/**
 * Runs a job's charts and bodies in a world that answers what is recorded, and holds each record they write against the
 * recorded one, in its order. Same records, same steps. `missing`: sequence numbers of records that are lost.
 */
export async function replay(
  history: readonly Recorded[],
  missing: readonly number[] = [],
  options: ReplayOptions = {},
): Promise<Replayed> {
  const [lost] = missing
  const whole = lost === undefined ? history : history.filter(({ seq }) => seq < lost)
  const { definition } = foldHistory(whole)
  if (definition === undefined)
    return { kind: 'refused', text: 'its definition is not recorded: nothing can be replayed' }
  if (parseDefinition(definition.definition).job === undefined) {
    return { kind: 'refused', text: 'its definition names no job' }
  }
  const run = new Run(options)
  for (const [nth, life] of livesOf(whole).entries()) {
    const replayed = new ReplayedLife(definition, whole, life)
    if (nth > 0) run.note(replayed, { kind: 'life', from: resumePoint(life.before).from })
    const goesOn = await run.follow(replayed, life)
    replayed.end()
    if (!goesOn) break
  }
  const verdict = run.verdict ?? (lost === undefined ? { kind: 'reached' } : { kind: 'incomplete', missing: lost })
  if (run.refusal !== undefined) return { kind: 'refused', text: run.refusal }
  return { kind: 'replayed', steps: run.steps, verdict, state: foldHistory(run.written) }
}

class Run {
  readonly steps: Step[] = []
  verdict: Verdict | undefined
  refusal: string | undefined
  written: readonly Recorded[] = []
  readonly #options: ReplayOptions

  constructor(options: ReplayOptions) {
    this.#options = options
  }

  /** Notes a step; false when the replay is to end after it. */
  note({ clock, states }: ReplayedLife, fact: StepFact): boolean {
    const step = { nth: this.steps.length + 1, at: clock.now, fact, states }
    this.steps.push(step)
    return this.#options.until?.(step) !== true
  }

  /** Follows the records of one life; false when the replay is over. */
  async follow(life: ReplayedLife, { records }: Life): Promise<boolean> {
    const told = toldIn(life.memory.history).filter(({ before }) => records.some(({ seq }) => seq === before))
    const goesOn = await this.#followEach(life, records, [...told])
    this.written = life.gate.history(life.job)
    return goesOn
  }

  async #followEach(life: ReplayedLife, records: Life['records'], told: Told[]): Promise<boolean> {
    for (const recorded of records) {
      for (const one of told.filter(({ before }) => before <= recorded.seq)) {
        const { finding } = one
        if (this.#isSupposedNow) return await this.#suppose(life)
        await passTime(life, finding.at)
        if (!(await tell(life, finding))) continue
        told.splice(told.indexOf(one), 1)
        await life.settled()
        if (!this.note(life, { kind: 'told', finding })) return false
      }
      if (this.#isSupposedNow) return await this.#suppose(life)
      await sampleForNext(life, recorded)
      this.verdict = await reach(life, recorded)
      if (this.verdict !== undefined) return false
      if (!this.note(life, { kind: 'record', seq: recorded.seq, record: recorded.record })) return false
    }
    if (records.at(-1)?.record.kind !== 'phase' || foldHistory(records).phase !== 'closed') return true
    const [further] = life.gate.wanted
    if (further !== undefined || !life.isClosed) this.verdict = { kind: 'goes on', replayed: further?.record }
    return this.verdict === undefined
  }

  get #isSupposedNow(): boolean {
    return this.#options.supposition?.step === this.steps.length + 1
  }

  async #suppose(life: ReplayedLife): Promise<false> {
    const { supposition } = this.#options
    if (supposition === undefined) return false
    this.refusal = await suppose(life, supposition)
    if (this.refusal !== undefined) return false
    this.note(life, { kind: 'supposed', text: supposition.text })
    await runOn(life, supposition, (fact) => this.note(life, fact))
    return false
  }
}

/** Timers that are due by then fire one after the other. */
async function passTime(life: ReplayedLife, time: number): Promise<void> {
  while (life.clock.fireDue(time)) await life.settled()
}

/** Brings the job to write this record; undefined when it did, else how it did not. */
async function reach(life: ReplayedLife, recorded: Recorded): Promise<Verdict | undefined> {
  const { record } = recorded
  const tried = new Set<string>()
  for (let cause = 0; cause < mostCauses; cause += 1) {
    await life.settled()
    // What the job writes of one thing it writes in order.
    const wanted = life.gate.wanted.find((one) => sameSubject(record, one.record))
    if (wanted !== undefined) {
      const found = difference(record, wanted.record)
      if (found !== undefined) return { kind: 'differs', recorded, replayed: wanted.record, difference: found }
      await passTime(life, recorded.at)
      wanted.admit(recorded)
      await life.settled()
      return undefined
    }
    if (!(await causeRecord(life, recorded, tried))) break
  }
  return { kind: 'differs', recorded, replayed: life.gate.wanted[0]?.record, difference: undefined }
}
