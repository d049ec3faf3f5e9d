import type { AnyEventObject, AnyStateMachine, ContextFrom, EventFromLogic, InputFrom } from 'xstate'
import { type Child, type Ending, type Happening, Run, withSilentChildren } from './run.ts'
import { arrowsOf, coverageOf, statesOf } from './transitions.ts'

/** What may happen to a chart. Timers need no words: each that is set is walked to. */
export interface ChartModel<Machine extends AnyStateMachine> {
  readonly machine: Machine
  /** The inputs it may be started with, by name. */
  readonly starts: Readonly<Record<string, InputFrom<Machine>>>
  /** What may come at any time from above, by name. */
  readonly messages: Readonly<Record<string, EventFromLogic<Machine>>>
  readonly children: Readonly<Record<string, ChildModel>>
  /** What of the context tells one state from another; numbers clamped, or the walk never ends. */
  readonly tellsApart: (context: ContextFrom<Machine>) => unknown
}

/** What one child may say and how it may end now, by name; whatever it did before is in `child`. */
export interface ChildModel {
  readonly ends: (child: Child) => Readonly<Record<string, Ending>>
  readonly says?: (child: Child) => Readonly<Record<string, AnyEventObject>>
}

/** One path through the chart, from its start, as the live actor walked it. */
export interface Path {
  readonly moves: readonly string[]
  readonly history: readonly Happening[]
}

export interface Walk {
  readonly paths: readonly Path[]
  /** States and arrows no path met. */
  readonly missing: readonly string[]
  /** Paths after which the end is out of reach. */
  readonly stuck: readonly string[]
  /** `9 states, 21 transitions, 34 paths, 100 % walked`. */
  readonly line: string
}

interface Move {
  readonly name: string
  readonly make: (run: Run) => void
}

/** A child that only answers: each of the outputs, or a failure. */
export function answers(outputs: Readonly<Record<string, unknown>>): ChildModel {
  const ends = Object.fromEntries(Object.entries(outputs).map(([name, output]) => [name, { output }]))
  return { ends: () => ({ ...ends, failed: { error: new Error('it broke') } }) }
}

/**
 * Breadth first over the live chart: every move that is possible in every state that differs, each on a new actor that
 * first repeats the shortest way there. So a path is what really happened, and the first one that breaks a rule is short.
 */
export function walk<Machine extends AnyStateMachine>(model: ChartModel<Machine>): Walk {
  const machine = withSilentChildren(model.machine)
  const coverage = coverageOf(machine)
  const paths: Path[] = []
  const nextOf = new Map<string, Set<string>>()
  const wayTo = new Map<string, string>()
  const ended = new Set<string>()
  for (const [start, input] of Object.entries(model.starts)) {
    const queue: { readonly moves: readonly Move[]; readonly from: string | undefined }[] = [
      { moves: [], from: undefined },
    ]
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      const run = new Run(machine, input, coverage)
      for (const move of item.moves) {
        run.note({ kind: 'moved', move: move.name })
        move.make(run)
      }
      const names = [start, ...item.moves.map(({ name }) => name)]
      paths.push({ moves: names, history: run.history })
      const possible = run.isClosed ? [] : movesOf(model, run)
      const { value, context } = run.chart.getSnapshot()
      const key = JSON.stringify([
        start,
        run.isClosed,
        value,
        model.tellsApart(context),
        possible.map(({ name }) => name),
      ])
      if (item.from !== undefined) nextOf.get(item.from)?.add(key)
      if (run.isClosed) ended.add(key)
      if (wayTo.has(key)) continue
      wayTo.set(key, names.join(', '))
      nextOf.set(key, new Set())
      for (const move of possible) queue.push({ moves: [...item.moves, move], from: key })
    }
  }
  const missing = coverage.missing()
  return {
    paths,
    missing,
    stuck: stuckStates(nextOf, ended).map((key) => wayTo.get(key) ?? key),
    line: lineOf(machine, paths.length, missing.length),
  }
}

/** The paths that break a rule, at most three, as lists of moves. */
export function breaking({ paths }: Walk, isBroken: (path: Path) => boolean): string[] {
  return paths
    .filter(isBroken)
    .slice(0, 3)
    .map(({ moves }) => moves.join(', '))
}

function movesOf<Machine extends AnyStateMachine>(model: ChartModel<Machine>, run: Run): Move[] {
  const messages = Object.entries<AnyEventObject>(model.messages).map(
    ([name, message]): Move => ({ name, make: ({ chart }) => chart.send(message) }),
  )
  const timers = run.clock.dueTimes.map(
    (_, index): Move => ({
      name: `timer ${index + 1}`,
      make: ({ clock }) => clock.advanceTo(clock.dueTimes[index] ?? clock.now),
    }),
  )
  const byChildren = [...run.children.values()].flatMap((child) => {
    const { ends, says } = model.children[child.source] ?? { ends: () => ({}) }
    const sayings = Object.entries<AnyEventObject>(says?.(child) ?? {}).map(
      ([name, message]): Move => ({
        name: `${child.id} says ${name}`,
        make: (other) => other.say(child.id, name, message),
      }),
    )
    const endings = Object.entries<Ending>(ends(child)).map(
      ([name, ending]): Move => ({ name: `${child.id} ${name}`, make: (other) => other.end(child.id, name, ending) }),
    )
    return [...sayings, ...endings]
  })
  return [...byChildren, ...messages, ...timers]
}

function stuckStates(nextOf: ReadonlyMap<string, ReadonlySet<string>>, ended: ReadonlySet<string>): string[] {
  const live = new Set(ended)
  for (let size = -1; size !== live.size; ) {
    size = live.size
    for (const [key, following] of nextOf) if ([...following].some((next) => live.has(next))) live.add(key)
  }
  return [...nextOf.keys()].filter((key) => !live.has(key))
}

function lineOf(machine: AnyStateMachine, paths: number, missing: number): string {
  const states = statesOf(machine).length
  const transitions = arrowsOf(machine).length
  const percent = Math.floor((100 * (states + transitions - missing)) / (states + transitions))
  return `${states} states, ${transitions} transitions, ${paths} paths, ${percent} % walked`
}
