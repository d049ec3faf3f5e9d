import { dirname } from 'node:path'
import {
  type ActorRefFrom,
  type AnyActorRef,
  type AnyMachineSnapshot,
  createActor,
  createMachine,
  spawnChild,
} from 'xstate'
import { jobActor } from '../../actors/job.ts'
import type { Assignment } from '../../job/assignment.ts'
import { type JobDefinition, parseDefinition } from '../../job/definition.ts'
import type { Finding } from '../../job/errors.ts'
import { type JobKey, jobKey } from '../../job/ids.ts'
import type { JobState } from '../../job/job-state.ts'
import { parseQueue, type QueueData } from '../../job/queue-data.ts'
import type { Recorded } from '../../job/record.ts'
import { resumePoint } from '../../job/resume.ts'
import type { ResourceUse } from '../../job/update.ts'
import type { JobPeriods } from '../../machines/job-context.ts'
import type { JobMessage } from '../../machines/messages.ts'
import { type CheckRound, monitorMachine } from '../../machines/monitor.ts'
import { task } from '../../machines/task.ts'
import { Effects } from './effects.ts'
import { Gate } from './gate.ts'
import type { Life } from './lives.ts'
import { Memory } from './memory.ts'
import type { Supposed } from './payload-ports.ts'
import { recordedPorts } from './recorded-ports.ts'
import { SteeredClock } from './steered-clock.ts'

export type Definition = NonNullable<JobState['definition']>

/** Chart of an actor to the state it is in, `a.b` for nested ones; children by their id. */
export type ChartStates = Readonly<Record<string, string>>

/**
 * How long heartbeat and monitor wait is set by options that no record keeps. Each wait has a length of its own here that
 * no job reaches: its timer is called when a record shows that it came.
 */
const unrecorded = 1e13
const filesInFlight = 4

/** One life of a job under replay: the charts and bodies of production in a world made of records. */
export class ReplayedLife {
  readonly clock: SteeredClock
  readonly effects = new Effects()
  readonly memory: Memory
  readonly gate: Gate
  readonly supposed: Supposed = { end: undefined, failing: new Set(), changed: false }
  readonly periods: JobPeriods
  readonly job: JobKey
  readonly #definition: JobDefinition
  readonly #stop: () => void
  readonly #job: AnyActorRef
  /** What the next round of the monitor finds. */
  #round: { readonly use: ResourceUse | undefined; readonly findings: readonly Finding[] } = {
    use: undefined,
    findings: [],
  }

  constructor(definition: Definition, history: readonly Recorded[], { before, records }: Life) {
    this.clock = new SteeredClock(records[0]?.at ?? 0)
    this.memory = new Memory(history, records)
    const { assignment, findings } = readAssignment(definition, records[0]?.at ?? 0)
    this.job = assignment.key
    this.#definition = assignment.definition
    this.gate = new Gate(assignment.key, before, () => this.clock.now)
    this.periods = {
      heartbeat: unrecorded,
      debugHeartbeat: unrecorded + 1,
      lostHeartbeat: lostAfter(this.memory),
      check: unrecorded + 2,
      firstCheck: unrecorded + 3,
    }
    const { clock, effects, memory, gate: database, supposed } = this
    const ports = recordedPorts({ memory, effects, clock, database, assignment, supposed })
    const job = jobActor(ports).provide({
      actors: { monitor: monitorMachine.provide({ actors: { check: task(({ meter }) => this.#check(meter)) } }) },
    })
    const input = { assignment, findings, resume: resumePoint(before), periods: this.periods, filesInFlight }
    // It hears how the job closed, and does nothing about it: what the job is known by are its records.
    const parent = createMachine({ entry: spawnChild(job, { id: 'job', input }) })
    const root = createActor(parent, { clock }).start()
    this.#stop = () => void root.stop()
    this.#job = root.getSnapshot().children.job as ActorRefFrom<typeof job>
  }

  /** All that can happen without an answer, a timer or a record let in has happened. */
  settled(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve))
  }

  tell(message: JobMessage): void {
    this.#job.send(message)
  }

  /** As kill -9 would end it. */
  end(): void {
    this.#stop()
  }

  get isClosed(): boolean {
    return this.#job.getSnapshot().status !== 'active'
  }

  /** Context of the job chart, or of a child of it that lives. */
  contextOf(child?: string): Readonly<Record<string, unknown>> | undefined {
    const actor = child === undefined ? this.#job : this.#job.getSnapshot().children[child]
    return actor?.getSnapshot().context
  }

  get states(): ChartStates {
    const states: Record<string, string> = {}
    const look = (name: string, actor: AnyActorRef): void => {
      const snapshot: AnyMachineSnapshot = actor.getSnapshot()
      if (snapshot.value === undefined) return
      states[name] = stateText(snapshot.value)
      for (const [id, child] of Object.entries(snapshot.children)) look(id, child as AnyActorRef)
    }
    look('job', this.#job)
    return states
  }

  /** The job has such a file. */
  transfersOf(lfn: string): boolean {
    const { inputs, outputs, log } = this.#definition
    return [...inputs, ...outputs, log].some((file) => file?.lfn === lfn)
  }

  /** Lets the monitor find this now; false when it is gone. */
  async look(use: ResourceUse | undefined, findings: readonly Finding[]): Promise<boolean> {
    this.#round = { use, findings }
    if (!this.clock.call(this.periods.firstCheck) && !this.clock.call(this.periods.check)) return false
    await this.settled()
    this.effects.find('check')?.answer(undefined)
    await this.settled()
    return true
  }

  /** Lets the heartbeat come due now; false when it is gone. */
  async beat(): Promise<boolean> {
    const came = this.clock.call(this.periods.heartbeat) || this.clock.call(this.periods.debugHeartbeat)
    await this.settled()
    return came
  }

  #check(meter: CheckRound['meter']): Promise<CheckRound> {
    return this.effects.ask('check', '', () => ({ meter, ...this.#round }))
  }
}

/** The finding tells after what silence it was made; the chart puts it into words again. */
function lostAfter(memory: Memory): number {
  const [, seconds] = /for (\d+) s$/.exec(memory.finding('heartbeat', 'COMMUNICATIONFAILURE')?.detail ?? '') ?? []
  return seconds === undefined ? unrecorded + 4 : Number(seconds) * 1000
}

function readAssignment(recorded: Definition, at: number): { assignment: Assignment; findings: readonly Finding[] } {
  const parsed = parseDefinition(recorded.definition)
  const definition = parsed.job as JobDefinition
  const problems = parsed.kind === 'refused' ? parsed.problems : []
  const assignment: Assignment = {
    key: jobKey(definition),
    definition,
    raw: recorded.definition,
    queue: unrecordedQueue(),
    endpoints: new Map(),
    directory: recorded.workDirectory,
    launchDirectory: dirname(recorded.workDirectory),
    startTime: recorded.startTime,
    acquireTime: 0,
  }
  const findings = problems.map(
    ({ name, text }): Finding => ({ name, detail: text, phase: 'preparing', at, origin: 'definition' }),
  )
  return { assignment, findings }
}

/** The queue is in no record; what it decided is: ways, limits and durations. */
function unrecordedQueue(): QueueData {
  const parsed = parseQueue({ nickname: 'recorded' })
  if (parsed.kind === 'refused') throw new Error(parsed.text)
  return parsed.queue
}

/** Regions of a parallel state side by side. */
function stateText(value: unknown): string {
  if (typeof value === 'string') return value
  const parts = Object.entries(value as Record<string, unknown>).map(([name, inner]) => `${name}.${stateText(inner)}`)
  return parts.length === 1 ? (parts[0] ?? '') : parts.join(' | ')
}
