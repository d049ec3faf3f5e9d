import { describe, expect, test } from 'vitest'
import { type AnyStateMachine, assign, createActor, sendTo, setup, waitFor } from 'xstate'
import { abortTask, effect, task } from '../../src/machines/task.ts'

/** An effect whose runs are ended by hand. */
function handmade() {
  const runs: {
    input: string
    signal: AbortSignal
    resolve: (output: number) => void
    reject: (cause: Error) => void
  }[] = []
  const logic = task<string, number>(
    (input, signal) => new Promise((resolve, reject) => runs.push({ input, signal, resolve, reject })),
  )
  return { runs, logic }
}

/** A chart that runs the effect, may tell it to stop, and may leave without waiting. */
function chartOf(logic: ReturnType<typeof handmade>['logic']): AnyStateMachine {
  return setup({
    types: { context: {} as { heard: unknown }, events: {} as { type: 'abort' | 'leave' } },
    actors: { work: logic },
    actions: { hear: assign({ heard: ({ event }) => event }) },
  }).createMachine({
    context: { heard: undefined },
    initial: 'working',
    states: {
      working: {
        on: { abort: { actions: sendTo('work', abortTask) }, leave: 'left' },
        invoke: {
          id: 'work',
          src: 'work',
          input: 'the input',
          onDone: { target: 'done', actions: 'hear' },
          onError: { target: 'failed', actions: 'hear' },
        },
      },
      done: {},
      failed: {},
      left: {},
    },
  })
}

function started() {
  const { runs, logic } = handmade()
  const actor = createActor(chartOf(logic)).start()
  const [run] = runs
  if (run === undefined) throw new Error('the effect was not run')
  return { actor, run, heard: () => actor.getSnapshot().context.heard }
}

describe('an effect of a chart', () => {
  test("runs with its input, and its output is the chart's", async () => {
    const { actor, run, heard } = started()
    expect(run.input).toBe('the input')
    run.resolve(7)
    await waitFor(actor, (snapshot) => snapshot.matches('done'))
    expect(heard()).toMatchObject({ output: 7 })
  })

  test('that rejects takes the error transition, with the error', async () => {
    const { actor, run, heard } = started()
    run.reject(new Error('no disk'))
    await waitFor(actor, (snapshot) => snapshot.matches('failed'))
    expect(heard()).toMatchObject({ error: new Error('no disk') })
  })

  test('that throws before it promises anything takes the error transition too', async () => {
    const thrower = task<string, number>(() => {
      throw new Error('at once')
    })
    const actor = createActor(chartOf(thrower)).start()
    await waitFor(actor, (snapshot) => snapshot.matches('failed'))
    expect(actor.getSnapshot().context.heard).toMatchObject({ error: new Error('at once') })
  })

  test('that is told to stop sees it, and ends in its own time with its own outcome', async () => {
    const { actor, run, heard } = started()
    actor.send({ type: 'abort' })
    expect(run.signal.aborted).toBe(true)
    expect(actor.getSnapshot().matches('working')).toBe(true)
    run.resolve(8)
    await waitFor(actor, (snapshot) => snapshot.matches('done'))
    expect(heard()).toMatchObject({ output: 8 })
  })

  test.each([['resolves'], ['rejects']])('that is left behind is aborted, and nobody hears when it %s', async (how) => {
    const { actor, run, heard } = started()
    actor.send({ type: 'leave' })
    expect(run.signal.aborted).toBe(true)
    if (how === 'resolves') run.resolve(9)
    else run.reject(new Error('too late'))
    await Promise.resolve().then(() => Promise.resolve())
    expect(actor.getSnapshot()).toMatchObject({ value: 'left', status: 'active' })
    expect(heard()).toBeUndefined()
  })

  test('is aborted when the whole chart is stopped', () => {
    const { actor, run } = started()
    actor.stop()
    expect(run.signal.aborted).toBe(true)
  })

  test('of two charts is told to stop one by one', () => {
    const { runs, logic } = handmade()
    const machine = chartOf(logic)
    const [first] = [createActor(machine).start(), createActor(machine).start()]
    first.send({ type: 'abort' })
    expect(runs.map(({ signal }) => signal.aborted)).toEqual([true, false])
  })

  test('is not aborted by ending well', async () => {
    const { actor, run } = started()
    run.resolve(1)
    await waitFor(actor, (snapshot) => snapshot.matches('done'))
    expect(run.signal.aborted).toBe(false)
  })

  test('without a body fails, and says why', async () => {
    const actor = createActor(chartOf(effect<string, number>())).start()
    await waitFor(actor, (snapshot) => snapshot.matches('failed'))
    expect(actor.getSnapshot().context.heard).toMatchObject({ error: new Error('this chart runs without its body') })
  })
})
