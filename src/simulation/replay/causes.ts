import { isDeepStrictEqual } from 'node:util'
import type { Finding } from '../../job/errors.ts'
import { next, type Outbox, type Outgoing } from '../../job/outbox.ts'
import type { JobRecord, Recorded } from '../../job/record.ts'
import type { StopReason } from '../../job/stop.ts'
import type { ResourceUse } from '../../job/update.ts'
import type { ReplayedLife } from './replayed-life.ts'
import { difference } from './same-record.ts'

type Message = Extract<JobRecord, { kind: 'message' }>

/** A timer of ours may have come this much before the time that is recorded, ms: two clocks are compared. */
const clockSkew = 1_000

/**
 * Does one thing that may have brought the record about: answers a call, calls a timer. False when nothing is left that
 * could. `tried`: things done once for this record already.
 */
export async function causeRecord(life: ReplayedLife, { at, record }: Recorded, tried: Set<string>): Promise<boolean> {
  if (life.clock.fireDue(at)) return true
  switch (record.kind) {
    case 'acknowledged':
      return answer(life, record, 'server')
    case 'payload-ended':
      return answer(life, record, 'payload-end') || answer(life, record, 'job')
    case 'transfer':
      return answer(life, record, 'transfer', record.lfn) || answer(life, record, 'job')
    case 'message':
      if (await causeMessage(life, record, tried)) return true
      break
    case 'phase':
      if (record.phase === 'closed' && life.states.job === 'delivering' && once(tried, 'abandon')) {
        life.tell({ type: 'job.abandon' })
        return true
      }
  }
  return answer(life, record, 'job') || answerForgotten(life, record) || fireEarly(life, at)
}

function answer(
  life: ReplayedLife,
  record: JobRecord,
  ...[waiting, subject]: Parameters<ReplayedLife['effects']['find']>
) {
  const effect = life.effects.find(waiting, subject)
  effect?.answer(record)
  return effect !== undefined
}

/** A look at a file of whose transfer nothing was recorded any more. */
function answerForgotten({ effects, memory }: ReplayedLife, record: JobRecord): boolean {
  const effect = effects.find('transfer')
  if (effect === undefined || memory.isRecordedAfter(record, effect.subject)) return false
  effect.answer(record)
  return true
}

function fireEarly({ clock }: ReplayedLife, at: number): boolean {
  const due = clock.soonest
  return due !== undefined && due <= at + clockSkew && clock.fireDue(due)
}

function once(tried: Set<string>, what: string): boolean {
  if (tried.has(what)) return false
  tried.add(what)
  return true
}

/**
 * A message that waits while another is under way comes when that one's answer fails to; one that does not wait yet is a
 * heartbeat's.
 */
async function causeMessage(life: ReplayedLife, record: Message, tried: Set<string>): Promise<boolean> {
  const { outbox, current } = (life.contextOf('reporter') ?? {}) as { outbox?: Outbox; current?: Outgoing }
  const upcoming = outbox && next(outbox)
  const waits =
    upcoming !== undefined &&
    upcoming.id !== current?.id &&
    difference(record, { kind: 'message', ...upcoming }) === undefined
  if (waits) return answerNothing(life)
  if (record.update.final !== undefined || !once(tried, 'heartbeat')) return false
  const came = await life.beat()
  answer(life, record, 'peek')
  return came
}

function answerNothing({ effects }: ReplayedLife): boolean {
  const effect = effects.find('server')
  effect?.answer(undefined)
  return effect !== undefined
}

/**
 * A message shows the last sample of the monitor. When that was taken is not recorded: here it is as soon as the message
 * before, which does not show it, is written.
 */
export async function sampleForNext(life: ReplayedLife, { seq }: Recorded): Promise<void> {
  const use = life.memory.sampleShownNext(seq)
  if (isSeen(life, use)) await life.look(use, [])
}

/** The monitor saw something new. */
function isSeen(life: ReplayedLife, use: ResourceUse | undefined): boolean {
  const known = life.contextOf()?.use as ResourceUse | undefined
  const seen = (one: ResourceUse | undefined) =>
    JSON.parse(JSON.stringify([one?.memory, one?.workDirSize, one?.cpuTime]))
  return use !== undefined && !isDeepStrictEqual(seen(known), seen(use))
}

/** Tells the job what left this finding; false when it is not where it heard of it then. */
export async function tell(life: ReplayedLife, finding: Finding): Promise<boolean> {
  const { phase, findings } = life.contextOf() as { phase: string; findings: readonly Finding[] }
  if (findings.some(({ name }) => name === finding.name)) return true
  switch (finding.origin) {
    case 'monitor':
      return life.look(undefined, [finding])
    case 'heartbeat':
      return life.clock.call(life.periods.lostHeartbeat)
    default: {
      if (phase !== finding.phase) return false
      const { name, detail: text, at } = finding
      life.tell({ type: 'job.stop', reason: { name, text, hurry: true, at } satisfies StopReason })
      return true
    }
  }
}
