import { backoff, type Pauses } from '../job/backoff.ts'
import { foldHistory } from '../job/job-state.ts'
import { type Delivery, hurriedPause, reporterMachine } from '../machines/reporter.ts'
import { task } from '../machines/task.ts'
import type { JobPorts } from './ports.ts'
import { said } from './said.ts'

/**
 * Between two tries of a message that the server does not take. A wait is about as long as the silence before it; and when
 * the server comes back after hours, 100,000 pilots come back within an hour, not within a minute. Of the parts left to
 * chance that `bin/pilot simulate` tried this one made the lowest peak, and the shortest waiting.
 */
export const productionPauses: Pauses = { first: 1_000, most: 3_600_000, drawn: 0.75 }

type ReporterPorts = Pick<JobPorts, 'server' | 'database' | 'clock' | 'entropy' | 'log' | 'live'>

export function reporterActor(
  { server, database, clock, entropy, log, live }: ReporterPorts,
  pauses: Pauses = productionPauses,
) {
  return reporterMachine.provide({
    actors: {
      recall: task(async ({ key }) => foldHistory(database.history(key)).outbox),

      record: task(async ({ assignment, message: { id, update } }) => {
        // A final that the outcome holds is on disk already.
        const isSafe =
          update.final === undefined || foldHistory(database.history(assignment.key)).outcome?.update !== undefined
        const durability = isSafe ? 'soon' : 'flushed'
        const written = await database.write(assignment.key, { kind: 'message', id, update }, durability)
        if (written.kind === 'failed')
          log.warning(`${said(assignment)}: not recorded, sent all the same: ${written.text}`)
      }),

      send: task(async ({ assignment, message: { update }, failures, hurry }, signal): Promise<Delivery> => {
        const answer = await server.update(update, signal)
        const { pandaId, attemptNr, state } = update
        live.tell({
          type: 'job.update',
          at: clock.now(),
          pandaId,
          attemptNr,
          state,
          accepted: answer.kind === 'accepted',
        })
        if (answer.kind === 'accepted') {
          log.info(`${said(assignment)}: the server accepted "${state}"`)
          return { kind: 'accepted', commands: answer.commands, at: clock.now() }
        }
        const most = hurry ? Math.min(hurriedPause, pauses.most) : pauses.most
        const pause = backoff(failures + 1, entropy.random(), { ...pauses, most })
        const then = answer.kind === 'refused' && update.final === undefined ? 'dropped' : `again in ${pause / 1000} s`
        log.warning(`${said(assignment)}: update "${state}" ${answer.kind}: ${answer.text}; ${then}`)
        return { kind: answer.kind, text: answer.text, pause }
      }),

      note: task(async ({ assignment, id, commands }) => {
        for (const command of commands) {
          const text = 'text' in command ? ` (${command.text})` : ''
          log.info(`${said(assignment)}: the server says ${command.name}${text}`)
        }
        await database.write(assignment.key, { kind: 'acknowledged', id, commands }, 'soon')
      }),
    },
    actions: {
      sayUndelivered({ context: { assignment, outbox } }) {
        for (const { update } of outbox.waiting) {
          const kept = 'it stays in PilotDB, and the next pilot in this directory sends it'
          log.error(`${said(assignment)}: the server has not acknowledged "${update.state}": ${kept}`)
        }
      },
    },
  })
}
