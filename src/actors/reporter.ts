import { backoff } from '../job/backoff.ts'
import { foldHistory } from '../job/job-state.ts'
import { type Delivery, reporterMachine } from '../machines/reporter.ts'
import { task } from '../machines/task.ts'
import type { JobPorts } from './ports.ts'
import { said } from './said.ts'

/** First and longest pause between two tries of one message, ms. */
const firstPause = 1_000
const longestPause = 60_000

type ReporterPorts = Pick<JobPorts, 'server' | 'database' | 'clock' | 'entropy' | 'log' | 'live'>

export function reporterActor({ server, database, clock, entropy, log, live }: ReporterPorts) {
  return reporterMachine.provide({
    actors: {
      recall: task(async ({ key }) => foldHistory(database.history(key)).outbox),

      record: task(async ({ assignment, message: { id, update } }) => {
        const durability = update.final === undefined ? 'soon' : 'flushed'
        const written = await database.write(assignment.key, { kind: 'message', id, update }, durability)
        if (written.kind === 'failed')
          log.warning(`${said(assignment)}: not recorded, sent all the same: ${written.text}`)
      }),

      send: task(async ({ assignment, message: { update }, failures }, signal): Promise<Delivery> => {
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
        const pause = backoff(failures + 1, entropy.random(), firstPause, longestPause)
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
