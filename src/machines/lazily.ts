import type { ActorLogic, EventObject, Snapshot } from 'xstate'

/**
 * Logic that is made when its first actor is. XState builds a chart state by state, and anew for each body: those of a job
 * take ms that a pilot's start need not wait for.
 */
export function lazily<State extends Snapshot<unknown>, Event extends EventObject, Input>(
  make: () => ActorLogic<State, Event, Input>,
): ActorLogic<State, Event, Input> {
  let made: ReturnType<typeof make> | undefined
  const logic = () => {
    made ??= make()
    return made
  }
  return {
    getInitialSnapshot: (scope, input) => logic().getInitialSnapshot(scope, input),
    getPersistedSnapshot: (snapshot, options) => logic().getPersistedSnapshot(snapshot, options),
    restoreSnapshot: (snapshot, scope) => logic().restoreSnapshot?.(snapshot, scope) ?? (snapshot as State),
    start: (snapshot, scope) => logic().start?.(snapshot, scope),
    transition: (snapshot, event, scope) => logic().transition(snapshot, event, scope),
  }
}
