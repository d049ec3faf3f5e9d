import { type Conclusion, finalUpdate, outcomeOf } from '../job/conclusion.ts'
import { primary, reportedError } from '../job/errors.ts'
import { phaseSeconds, pilotTiming } from '../job/timing.ts'
import type { JobUpdate } from '../job/update.ts'
import type { JobPorts } from './ports.ts'
import { identityOf, said, saidFinding } from './said.ts'

/** Lines of the pilot's log that go with a failed job (contracts/pilot-core.md 3.2). */
const logLines = 20

/** The outcome, written once and for ever; the reporter only ever sends it again. */
export async function conclude(ports: JobPorts, conclusion: Conclusion): Promise<JobUpdate> {
  const { database, clock, live, log, settings } = ports
  const { assignment, findings } = conclusion
  const { key, startTime, acquireTime } = assignment
  for (const finding of findings) {
    log.error(`${said(assignment)}: in ${finding.phase}: ${saidFinding(finding)}`)
    await database.write(key, { kind: 'finding', finding }, 'soon')
  }
  // The wall clock may have been set back since: no job ends before it starts.
  const endTime = Math.max(startTime, clock.now())
  const seconds = phaseSeconds(database.history(key), endTime)
  const initialSetup = Math.max(0, startTime - acquireTime - settings.startedAt) / 1000
  const update = finalUpdate(conclusion, {
    endTime,
    pilotTiming: pilotTiming(seconds, acquireTime / 1000, initialSetup),
    pilotLog: log.tail(logLines),
  })
  const worst = primary(findings)
  const { code, text } = worst === undefined ? { code: 0, text: '' } : reportedError(worst)
  const outcome = outcomeOf(conclusion)
  await database.write(key, { kind: 'outcome', outcome, code, text, update }, 'flushed')
  live.tell({ type: 'job.outcome', at: endTime, ...identityOf(assignment), outcome, code, text })
  log.info(`${said(assignment)}: ${outcome}${code === 0 ? '' : ` with ${code}`}`)
  return update
}
