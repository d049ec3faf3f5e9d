import { type Actor, type AnyActorLogic, assign, createActor, sendTo, setup } from 'xstate'
import type { Contestant, Figures } from '../bench.ts'
import { quantile } from '../latencies.ts'

/** Something on its way through the stages: `sentAt` as performance.now() tells it. */
interface Item {
  readonly type: 'stage.item'
  readonly sentAt: number
}

interface StageInput {
  /** Undefined for the last stage. */
  readonly next: Actor<AnyActorLogic> | undefined
  readonly arrived: (item: Item) => void
}

/** A chart in our manner: typed by setup, named actions, a counter in its context, the next actor told by an event. */
const stage = setup({
  types: {
    input: {} as StageInput,
    context: {} as StageInput & { readonly seen: number },
    events: {} as Item | { readonly type: 'stage.close' },
  },
  actions: {
    pass: sendTo(
      ({ context }) => context.next as Actor<AnyActorLogic>,
      ({ event }) => event,
    ),
    arrive: ({ context, event }) => {
      if (event.type === 'stage.item') context.arrived(event)
    },
  },
  guards: { isLast: ({ context }) => context.next === undefined },
}).createMachine({
  id: 'stage',
  context: ({ input }) => ({ ...input, seen: 0 }),
  initial: 'open',
  states: {
    open: {
      on: {
        'stage.item': [
          { guard: 'isLast', actions: [assign({ seen: ({ context }) => context.seen + 1 }), 'arrive'] },
          { actions: [assign({ seen: ({ context }) => context.seen + 1 }), 'pass'] },
        ],
        'stage.close': 'closed',
      },
    },
    closed: { type: 'final' },
  },
})

/** Items through so many machines, each inspected as the pilot's are when they are traced. */
export function chartChain(stages: number, items: number): Contestant {
  return {
    name: 'panda-pilot',
    async run(): Promise<Figures> {
      const latencies = new Float64Array(items)
      let arrivedItems = 0
      let inspected = 0
      const arrived = ({ sentAt }: Item): void => {
        latencies[arrivedItems] = performance.now() - sentAt
        arrivedItems += 1
      }
      const inspect = (): void => {
        inspected += 1
      }
      let first: Actor<typeof stage> | undefined
      for (let nth = 0; nth < stages; nth += 1) {
        first = createActor(stage, {
          input: { next: first as Actor<AnyActorLogic> | undefined, arrived },
          inspect,
        }).start()
      }
      const start = performance.now()
      for (let nth = 0; nth < items; nth += 1) first?.send({ type: 'stage.item', sentAt: performance.now() })
      const seconds = (performance.now() - start) / 1000
      if (arrivedItems !== items || inspected < items * stages)
        throw new Error(`${arrivedItems} of ${items} items arrived`)
      return { items: items / seconds, p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) }
    },
  }
}
