import { type AnyActorLogic, type AnyActorRef, type AnyEventObject, type AnyStateMachine, createActor } from 'xstate'
import { SteppedClock } from './clock.ts'
import { activeStates, type Coverage } from './transitions.ts'

/** What happened on one path, in order. `at` in ms since its start. */
export type Happening = { readonly at: number } & (
  | { readonly kind: 'moved'; readonly move: string }
  | { readonly kind: 'entered'; readonly states: readonly string[] }
  | { readonly kind: 'started' | 'stopped'; readonly child: string; readonly id: string; readonly input: unknown }
  | { readonly kind: 'ended'; readonly child: string; readonly id: string; readonly how: string }
  | { readonly kind: 'heard'; readonly child: string; readonly id: string; readonly message: AnyEventObject }
  /** A message to a child that had ended or was stopped. */
  | { readonly kind: 'lost'; readonly id: string; readonly message: AnyEventObject }
  | { readonly kind: 'told'; readonly message: AnyEventObject }
  | { readonly kind: 'closed'; readonly output: unknown }
  | { readonly kind: 'broke'; readonly error: unknown }
)

/** A hand-steered child that lives now. */
export interface Child {
  /** The name of the input the chart was started with. */
  readonly start: string
  /** Its place among all children of the run, from 1. */
  readonly nth: number
  /** Its name in the chart. */
  readonly source: string
  readonly id: string
  readonly input: unknown
  readonly heard: AnyEventObject[]
  readonly said: string[]
}

/** How a child may end: with an output or by failing, and what it tells its parent just before. */
export type Ending = { readonly lastWords?: AnyEventObject } & (
  | { readonly output: unknown }
  | { readonly error: unknown }
)

type SilentEvent = { readonly type: 'silent.end'; readonly ending: Ending }

/** One life of a chart whose children are hand-steered and whose clock stands still until it is told to go on. */
export class Run {
  readonly start: string
  readonly history: Happening[] = []
  readonly clock = new SteppedClock()
  readonly children = new Map<string, Child & { readonly ref: AnyActorRef }>()
  readonly chart: AnyActorRef

  constructor(machine: AnyStateMachine, start: string, input: unknown, coverage: Coverage) {
    this.start = start
    const above = createActor(this.#parent(), {
      clock: this.clock,
      inspect: (event) => {
        coverage.inspect(event)
        if (event.type === '@xstate.microstep') {
          this.note({ kind: 'entered', states: activeStates(event.snapshot as never) })
        }
        if (event.type === '@xstate.event') this.#noteIfLost(event.actorRef as AnyActorRef, event.event)
      },
    }).start()
    this.chart = createActor(machine, { parent: above, id: 'chart', input })
    this.note({ kind: 'entered', states: activeStates(this.chart.getSnapshot()) })
    running.set(above.system, this)
    this.chart.start()
  }

  get isClosed(): boolean {
    return this.chart.getSnapshot().status !== 'active'
  }

  note(happening: DistributiveOmit<Happening, 'at'>): void {
    this.history.push({ at: this.clock.now, ...happening } as Happening)
  }

  say(id: string, name: string, message: AnyEventObject): void {
    this.children.get(id)?.said.push(name)
    this.chart.send(message)
  }

  end(id: string, how: string, ending: Ending): void {
    const child = this.children.get(id)
    if (child === undefined) throw new Error(`no child ${id} is alive`)
    this.note({ kind: 'ended', child: child.source, id, how })
    this.children.delete(id)
    child.ref.send({ type: 'silent.end', ending } satisfies SilentEvent)
  }

  #parent(): AnyActorLogic {
    return {
      config: undefined,
      getInitialSnapshot: () => ({ status: 'active', output: undefined, error: undefined }),
      getPersistedSnapshot: (snapshot) => snapshot,
      transition: (snapshot, event) => {
        if (event.type === 'xstate.done.actor.chart') this.note({ kind: 'closed', output: event.output })
        else if (event.type === 'xstate.error.actor.chart') this.note({ kind: 'broke', error: event.error })
        else this.note({ kind: 'told', message: event })
        return snapshot
      },
    }
  }

  #noteIfLost(receiver: AnyActorRef, message: AnyEventObject): void {
    const { status } = receiver.getSnapshot()
    const isOver = status === 'done' || status === 'stopped'
    if (isOver && !message.type.startsWith('xstate.') && !message.type.startsWith('silent.')) {
      this.note({ kind: 'lost', id: receiver.id, message })
    }
  }
}

type DistributiveOmit<T, Key extends string> = T extends unknown ? Omit<T, Key> : never

const running = new WeakMap<object, Run>()

/** The same machine with every child of it silent: it lives, hears, and ends when the run says so. */
export function withSilentChildren(machine: AnyStateMachine): AnyStateMachine {
  const names = Object.keys(machine.implementations.actors)
  return machine.provide({ actors: Object.fromEntries(names.map((name) => [name, silent(name)])) } as never)
}

function silent(source: string): AnyActorLogic {
  return {
    config: undefined,
    getInitialSnapshot: (_scope, input) => ({ status: 'active', input, output: undefined, error: undefined }),
    getPersistedSnapshot: (snapshot) => snapshot,
    start({ input }, { self, system }) {
      const run = running.get(system)
      const nth = 1 + (run?.history.filter(({ kind }) => kind === 'started').length ?? 0)
      const child = { start: run?.start ?? '', nth, source, id: self.id, input, heard: [], said: [], ref: self }
      run?.children.set(self.id, child)
      run?.note({ kind: 'started', child: source, id: self.id, input })
    },
    transition(snapshot, event, { self, system }) {
      const run = running.get(system)
      if (event.type === 'xstate.stop') {
        if (run?.children.get(self.id)?.ref === self) run.children.delete(self.id)
        if (snapshot.status === 'active')
          run?.note({ kind: 'stopped', child: source, id: self.id, input: snapshot.input })
        return { ...snapshot, status: 'stopped' }
      }
      if (event.type === 'silent.end') {
        const { ending } = event as SilentEvent
        if (ending.lastWords !== undefined) run?.chart.send(ending.lastWords)
        return 'error' in ending
          ? { ...snapshot, status: 'error', error: ending.error }
          : { ...snapshot, status: 'done', output: ending.output }
      }
      run?.children.get(self.id)?.heard.push(event)
      run?.note({ kind: 'heard', child: source, id: self.id, message: event })
      return snapshot
    },
  }
}
