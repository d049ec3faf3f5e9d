import type { ActorLogic, Snapshot } from 'xstate'

type TaskSnapshot<Input, Output> = Snapshot<Output> & { readonly input: Input | undefined }
export type AbortTask = { readonly type: 'task.abort' }
/** Tells an effect to stop; it still reports how it ended. */
export const abortTask = { type: 'task.abort' } satisfies AbortTask
type Settled<Output> =
  | { readonly type: 'task.resolved'; readonly output: Output }
  | { readonly type: 'task.rejected'; readonly error: unknown }

/** One outside effect, invoked by a chart under its name. */
export type TaskLogic<Input, Output> = ActorLogic<
  TaskSnapshot<Input, Output>,
  AbortTask | Settled<Output> | { readonly type: 'xstate.stop' },
  Input
>

/**
 * Runs an effect as an actor. Unlike a promise actor it can be told to stop (`task.abort`) and then still ends in its
 * own time with its outcome: so "cancelled" is something a chart waits for, and no copy or process is left behind.
 * Leaving the invoking state aborts it too, unheard.
 */
export function task<Input, Output>(
  run: (input: Input, signal: AbortSignal) => Promise<Output>,
): TaskLogic<Input, Output> {
  const controllers = new WeakMap<object, AbortController>()
  return {
    config: run,
    getInitialSnapshot: (_scope, input) => ({ status: 'active', input, output: undefined, error: undefined }),
    getPersistedSnapshot: (snapshot) => snapshot,
    transition(snapshot, event, { self }) {
      if (snapshot.status !== 'active') return snapshot
      switch (event.type) {
        case 'task.resolved':
          return { ...snapshot, status: 'done', output: event.output, error: undefined, input: undefined }
        case 'task.rejected':
          return { ...snapshot, status: 'error', output: undefined, error: event.error, input: undefined }
        case 'task.abort':
          controllers.get(self)?.abort()
          return snapshot
        case 'xstate.stop':
          controllers.get(self)?.abort()
          return { ...snapshot, status: 'stopped', output: undefined, error: undefined, input: undefined }
      }
    },
    start(snapshot, { self }) {
      if (snapshot.status !== 'active') return
      const controller = new AbortController()
      controllers.set(self, controller)
      const settle = (event: Settled<Output>): void => {
        if (self.getSnapshot().status === 'active') self.send(event)
      }
      run(snapshot.input as Input, controller.signal).then(
        (output) => settle({ type: 'task.resolved', output }),
        (error: unknown) => settle({ type: 'task.rejected', error }),
      )
    },
  }
}

/** The place of an effect in a chart: its types, filled by the body in `actors/`. */
export function effect<Input, Output>(): TaskLogic<Input, Output> {
  return task(() => Promise.reject(new Error('this chart runs without its body')))
}
