import type { AnyActorRef, AnyMachineSnapshot, AnyStateMachine, AnyTransitionDefinition, InspectionEvent } from 'xstate'

type StateNode = AnyStateMachine['root']

/** One arrow of a chart, as its author wrote it. */
export interface Arrow {
  /** Stable: `sending · done send 2/3 → idle`. */
  readonly name: string
  /** Path of the state it leaves, dotted; empty for the root. */
  readonly source: string
  readonly event: string
  /** Place among the candidates for the same event, from 1. */
  readonly candidate: number
  readonly candidates: number
  readonly definition: AnyTransitionDefinition
}

/** Every state of a chart below its root, dotted paths, in the author's order. */
export function statesOf(machine: AnyStateMachine): string[] {
  return nodesOf(machine.root).flatMap((node) => (node === machine.root ? [] : [pathOf(node)]))
}

/** Every arrow of a chart: events, ends of children, delays and `always`, each candidate on its own. */
export function arrowsOf(machine: AnyStateMachine): Arrow[] {
  return nodesOf(machine.root).flatMap((node) => {
    const byEvent: [string, readonly AnyTransitionDefinition[]][] = [...node.transitions]
    if (node.always !== undefined) byEvent.push(['', node.always])
    return byEvent.flatMap(([event, definitions]) =>
      definitions.map((definition, index): Arrow => {
        const described = { source: pathOf(node), event: eventName(node, event), definition }
        const place = { candidate: index + 1, candidates: definitions.length }
        const which = definitions.length > 1 ? ` ${place.candidate}/${place.candidates}` : ''
        const targets = definition.target?.map(pathOf).join(', ') ?? 'stays'
        return {
          ...described,
          ...place,
          name: `${described.source || 'root'} · ${described.event}${which} → ${targets}`,
        }
      }),
    )
  })
}

/** What a live actor of this machine has taken and entered so far, over all its runs. */
export interface Coverage {
  readonly inspect: (event: InspectionEvent) => void
  readonly missing: () => string[]
}

/** Notes what live actors of exactly this machine object do; `inspect` goes to their system. */
export function coverageOf(machine: AnyStateMachine): Coverage {
  const taken = new Set<AnyTransitionDefinition>()
  const entered = new Set<string>()
  return {
    inspect(event) {
      if (event.type !== '@xstate.microstep' || !runs(event.actorRef, machine)) return
      for (const definition of event._transitions) {
        taken.add(definition)
        entered.add(pathOf(definition.source))
      }
      for (const state of activeStates(event.snapshot as AnyMachineSnapshot)) entered.add(state)
    },
    missing: () => [
      ...statesOf(machine).filter((state) => !entered.has(state)),
      ...arrowsOf(machine).flatMap(({ definition, name }) => (taken.has(definition) ? [] : [name])),
    ],
  }
}

/** Dotted paths of all states an actor is in. */
export function activeStates(snapshot: AnyMachineSnapshot): string[] {
  return snapshot._nodes.filter(({ parent }) => parent !== undefined).map(pathOf)
}

function runs(actor: { readonly sessionId: string }, machine: AnyStateMachine): boolean {
  return (actor as AnyActorRef & { readonly logic?: unknown }).logic === machine
}

/** A state and all below it, in the author's order. */
export function nodesOf(node: StateNode): StateNode[] {
  return [node, ...Object.values<StateNode>(node.states).flatMap(nodesOf)]
}

function pathOf({ path }: StateNode): string {
  return path.join('.')
}

/** The runtime's event types in the words of a chart: `done send`, `failed send`, `after pause`, `always`. */
function eventName(node: StateNode, event: string): string {
  if (event === '') return 'always'
  const child = /^xstate\.(done|error)\.actor\.(.+)$/.exec(event)
  if (child !== null) {
    const source = node.invoke.find(({ id }) => id === child[2])?.src
    const name = typeof source === 'string' ? source : child[2] === '*' ? 'any child' : child[2]
    return `${child[1] === 'done' ? 'done' : 'failed'} ${name}`
  }
  const delay = /^xstate\.after\.([^.]+)\./.exec(event)
  return delay === null ? event : `after ${delay[1]}`
}
