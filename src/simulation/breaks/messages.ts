import { enqueueActions } from 'xstate'
import { heartbeatActor } from '../../actors/heartbeat.ts'
import { jobActor } from '../../actors/job.ts'
import { pilotActor } from '../../actors/pilot.ts'
import { reporterActor } from '../../actors/reporter.ts'
import type { AttemptNr, PandaId } from '../../job/ids.ts'
import type { JobMessage } from '../../machines/messages.ts'
import { type Break, inJob, inUpdates } from './break.ts'

/** ms: longer than any world lasts. */
const never = 2 ** 31 - 1

/** Bugs in the talk with the server. */
export const messageBreaks: readonly Break[] = [
  inUpdates('retry without identity', 'an update is repeated as another attempt of the job', () => {
    const unheard = new Set<PandaId>()
    return (send) => async (update, signal) => {
      const attemptNr = (update.attemptNr + (unheard.has(update.pandaId) ? 1 : 0)) as AttemptNr
      const answer = await send({ ...update, attemptNr }, signal)
      if (answer.kind === 'unknown') unheard.add(update.pandaId)
      return answer
    }
  }),
  inUpdates('final made anew', 'each repetition of the final update has another end time', () => {
    let tries = 0
    return (send) => (update, signal) => {
      const { final } = update
      if (final === undefined) return send(update, signal)
      tries += 1
      return send({ ...update, final: { ...final, endTime: final.endTime + tries - 1 } }, signal)
    }
  }),
  inUpdates('two finals', 'after `finished` a `failed` is sent as well', () => (send) => async (update, signal) => {
    const answer = await send(update, signal)
    if (update.state === 'finished') await send({ ...update, state: 'failed' }, signal)
    return answer
  }),
  inUpdates('unknown is accepted', 'an answer that was lost counts as good', () => (send) => async (update, signal) => {
    const answer = await send(update, signal)
    return answer.kind === 'unknown' ? { kind: 'accepted', commands: [] } : answer
  }),
  inUpdates('kill of another job', 'a kill order is kept and applied to the next job', () => {
    let ordered: PandaId | undefined
    return (send) => async (update, signal) => {
      const answer = await send(update, signal)
      if (answer.kind !== 'accepted') return answer
      if (answer.commands.some(({ name }) => name === 'tobekilled')) ordered = update.pandaId
      if (ordered === undefined || ordered === update.pandaId) return answer
      return { ...answer, commands: [...answer.commands, { name: 'tobekilled' }] }
    }
  }),
  inUpdates('kill ignored', '`tobekilled` is not read', () => (send) => async (update, signal) => {
    const answer = await send(update, signal)
    if (answer.kind !== 'accepted') return answer
    return { ...answer, commands: answer.commands.filter(({ name }) => name !== 'tobekilled') }
  }),
  inUpdates(
    'debugoff as debug',
    '`debugoff` is matched by its first letters',
    () => (send) => async (update, signal) => {
      const answer = await send(update, signal)
      if (answer.kind !== 'accepted') return answer
      const commands = answer.commands.map((command) =>
        command.name === 'debugoff' ? { name: 'debug' as const } : command,
      )
      return { ...answer, commands }
    },
  ),
  inUpdates('failed without a reason', 'the error of a failed job is left out', () => (send) => (update, signal) => {
    const { final } = update
    return send(final === undefined ? update : { ...update, final: { ...final, pilotError: undefined } }, signal)
  }),
  inJob('heartbeat timer not re-armed', 'after the first heartbeat no other follows', (ports) => {
    const beaten = new WeakSet<object>()
    const heartbeat = heartbeatActor(ports).provide({
      delays: {
        period: ({ context, self }) => {
          const again = beaten.has(self)
          beaten.add(self)
          return again ? never : context.period
        },
      },
    })
    return jobActor(ports).provide({ actors: { heartbeat } })
  }),
  inJob('report timer not re-armed', 'an update that was not accepted is not sent again', (ports) => {
    const reporter = reporterActor(ports).provide({ delays: { pause: never } })
    return jobActor(ports).provide({ actors: { reporter } })
  }),
  inJob('no pause between reports', 'a server in trouble is asked again at once', (ports) => {
    const reporter = reporterActor(ports).provide({ delays: { pause: 10 } })
    return jobActor(ports).provide({ actors: { reporter } })
  }),
  {
    name: 'stop drops a fact',
    what: 'at a signal the jobs are dropped with what they still had to say',
    inject: () => (ports) =>
      pilotActor(ports).provide({
        actions: {
          stopJobs: enqueueActions(({ context, enqueue }) => {
            for (const key of context.jobs) enqueue.sendTo(key, { type: 'job.abandon' } satisfies JobMessage)
          }),
        },
      }),
  },
]
