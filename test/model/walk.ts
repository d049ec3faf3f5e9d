import type { AnyEventObject, AnyStateMachine, ContextFrom, EventFromLogic, InputFrom } from 'xstate'
import { quietly } from './quietly.ts'
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
  /** What of the context and the timers' remaining ms tells one state from another; clamped, or the walk never ends. */
  readonly tellsApart: (context: ContextFrom<Machine>, remaining: readonly number[]) => unknown
  /** What the rules remember of the way here: so a chart that forgets it is led on and found out. */
  readonly remembers?: (path: Path) => unknown
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
  readonly states: number
  readonly transitions: number
  /** Of states and transitions together, rounded down. */
  readonly percent: number
}

interface Move {
  readonly name: string
  /** The same for the same move of another child in the same place: ids are new in every life. */
  readonly kind: string
  readonly make: (run: Run) => void
}

/** A child that only answers: each of the outputs, or a failure. */
export function answers(outputs: Readonly<Record<string, unknown>>): ChildModel {
  const ends = Object.fromEntries(Object.entries(outputs).map(([name, output]) => [name, { output }]))
  return { ends: () => ({ ...ends, failed: { error: new Error('it broke') } }) }
}

/** A state of the walk: as much of a chart's situation as tells what may follow. */
interface Place {
  readonly way: string
  readonly isEnd: boolean
  readonly next: Set<string>
}

/**
 * Breadth first over the live chart: every move that is possible in every state that differs, each on a new actor that
 * first repeats the shortest way there. So a path is what really happened, and the first one that breaks a rule is short.
 */
export function walk<Machine extends AnyStateMachine>(model: ChartModel<Machine>): Walk {
  const machine = withSilentChildren(model.machine)
  const coverage = coverageOf(machine)
  const paths: Path[] = []
  const places = new Map<string, Place>()
  for (const [start, input] of Object.entries(model.starts)) {
    const queue: { readonly moves: readonly Move[]; readonly from: string }[] = [{ moves: [], from: '' }]
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      const run = quietly(() => play(new Run(machine, start, input, coverage), item.moves))
      const path = { moves: [start, ...item.moves.map(({ name }) => name)], history: run.history }
      paths.push(path)
      const possible = run.isClosed ? [] : movesOf(model, run)
      const { value, context } = run.chart.getSnapshot()
      const choices = possible.map(({ kind }) => kind)
      const remaining = run.clock.dueTimes.map((due) => due - run.clock.now)
      const apart = [model.tellsApart(context, remaining), model.remembers?.(path)]
      const key = JSON.stringify([start, run.isClosed, value, choices, ...apart])
      places.get(item.from)?.next.add(key)
      if (places.has(key)) continue
      places.set(key, { way: path.moves.join(', '), isEnd: run.isClosed, next: new Set() })
      for (const move of possible) queue.push({ moves: [...item.moves, move], from: key })
    }
  }
  const missing = coverage.missing()
  const states = statesOf(machine).length
  const transitions = arrowsOf(machine).length
  const percent = Math.floor((100 * (states + transitions - missing.length)) / (states + transitions))
  return { paths, missing, stuck: withoutEnd(places), states, transitions, percent }
}

function play(run: Run, moves: readonly Move[]): Run {
  for (const move of moves) {
    run.note({ kind: 'moved', move: move.name })
    move.make(run)
  }
  return run
}

/** The paths that break a rule, at most three, as lists of moves. */
export function breaking({ paths }: Walk, isBroken: (path: Path) => boolean): string[] {
  return paths
    .filter(isBroken)
    .slice(0, 3)
    .map(({ moves }) => moves.join(', '))
}

function movesOf<Machine extends AnyStateMachine>(model: ChartModel<Machine>, run: Run): Move[] {
  const messages = Object.entries<AnyEventObject>(model.messages).map(([name, message]) =>
    moveOf(name, name, ({ chart }) => chart.send(message)),
  )
  const timers = run.clock.dueTimes.map((_, index) =>
    moveOf(`timer ${index + 1}`, 'timer', ({ clock }) => clock.advanceTo(clock.dueTimes[index] ?? clock.now)),
  )
  const byChildren = [...run.children.values()].flatMap((child, index) => {
    const { ends, says } = model.children[child.source] ?? { ends: () => ({}) }
    const kind = `${index} ${child.source}`
    const sayings = Object.entries<AnyEventObject>(says?.(child) ?? {}).map(([name, message]) =>
      moveOf(`${nameOf(child)} says ${name}`, `${kind} says ${name}`, (now) => now.say(child.id, name, message)),
    )
    const endings = Object.entries<Ending>(ends(child)).map(([name, ending]) =>
      moveOf(`${nameOf(child)} ${name}`, `${kind} ${name}`, (now) => now.end(child.id, name, ending)),
    )
    return [...sayings, ...endings]
  })
  return [...byChildren, ...messages, ...timers]
}

function moveOf(name: string, kind: string, make: Move['make']): Move {
  return { name, kind, make }
}

/** Invoked without an id of its own, a child goes by its source. */
function nameOf({ id, source }: Child): string {
  return /^\d+\./.test(id) ? source : id
}

/** The ways to the places from where no move leads on to an end. */
function withoutEnd(places: ReadonlyMap<string, Place>): string[] {
  const live = new Set([...places].flatMap(([key, { isEnd }]) => (isEnd ? [key] : [])))
  for (let size = -1; size !== live.size; ) {
    size = live.size
    for (const [key, { next }] of places) if ([...next].some((following) => live.has(following))) live.add(key)
  }
  return [...places].flatMap(([key, { way }]) => (live.has(key) ? [] : [way]))
}

/** `9 states, 21 transitions, 34 paths, 100 % walked`. */
export function lineOf({ states, transitions, paths, percent }: Walk): string {
  return `${states} states, ${transitions} transitions, ${paths.length} paths, ${percent} % walked`
}
