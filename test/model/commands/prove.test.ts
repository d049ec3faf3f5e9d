import { describe, expect, test } from 'vitest'
import { assign, setup } from 'xstate'
import { effect, task } from '../../../src/machines/task.ts'
import { holdsForAllCommands, holdsInEveryOrder } from './prove.ts'
import type { Trial } from './world.ts'

/** Sends two words at once and ends when both are heard; `order` is one too many of them. */
const hasty = setup({
  types: { context: {} as { heard: number }, events: {} as { type: 'order' } },
  actors: { first: effect<void, string>(), second: effect<void, string>() },
  guards: { bothHeard: ({ context }) => context.heard >= 2 },
  actions: { hear: assign({ heard: ({ context }) => context.heard + 1 }) },
}).createMachine({
  context: { heard: 0 },
  initial: 'asking',
  states: {
    asking: {
      always: { guard: 'bothHeard', target: 'over' },
      on: { order: 'over' },
      invoke: [
        { src: 'first', onDone: { actions: 'hear' }, onError: {} },
        { src: 'second', onDone: { actions: 'hear' }, onError: {} },
      ],
    },
    over: { type: 'final' },
  },
})

/** `objectsTo`: what is wrong by this judge, as `asked first`, `sent order`, `answered second`. */
function trialOf(objectsTo: readonly string[], mayBeLost = false): Trial {
  return {
    open: (desk) => {
      const answers = { said: () => 'said', lost: () => new Promise<string>(() => {}) }
      const ask = (name: string) => task<void, string>(() => desk.ask(name, undefined, answers))
      return {
        logic: () => hasty.provide({ actors: { first: ask('first'), second: ask('second') } }),
        input: () => ({}),
      }
    },
    // Nothing but an answer ends one whose answer may be lost.
    messages: mayBeLost ? {} : { order: () => ({ type: 'order' }) },
    answers: { first: mayBeLost ? ['said', 'lost'] : ['said'], second: ['said'] },
    judge: () => {
      const all: string[] = []
      return (seen) => {
        all.push('name' in seen ? `${seen.kind} ${seen.name}` : seen.kind)
        return objectsTo.length > 0 && all.join().includes(objectsTo.join()) ? 'as the test wants it' : undefined
      }
    },
  }
}

const broken = (proof: Promise<void>): Promise<string> =>
  proof.then(
    () => 'nothing',
    (error: Error) => error.message,
  )

describe('a proof by commands', () => {
  test('has nothing against a chart that does what its judge wants', () => holdsForAllCommands(trialOf([]), 50))

  test('says by which commands, no more than needed, the judge was given cause', async () => {
    const found = await broken(holdsForAllCommands(trialOf(['answered first', 'sent order']), 200))
    expect(found).toContain('Counterexample: [first: said,order ')
  })

  test('finds a chart that waits for ever', async () => {
    const found = await broken(holdsForAllCommands(trialOf([], true), 200))
    expect(found).toContain('Counterexample: [first: lost')
  })
})

describe('a proof by orders', () => {
  test('has nothing against a chart that does what its judge wants', () =>
    holdsInEveryOrder(trialOf([]), 50, ['order']))

  test('finds the one order of two answers that is wrong', async () => {
    const found = await broken(holdsInEveryOrder(trialOf(['answered second', 'answered first']), 200))
    expect(found).toContain('second: said resolved')
  })
})
