import type { Assignment } from '../job/assignment.ts'
import type { Pauses } from '../job/backoff.ts'
import type { Obeyed } from '../job/command-table.ts'
import { type Finding, primary, reportedError } from '../job/errors.ts'
import type { Phase } from '../job/phases.ts'
import { jobMachine } from '../machines/job.ts'
import { task } from '../machines/task.ts'
import { dataActor } from './data.ts'
import { heartbeatActor } from './heartbeat.ts'
import { accept } from './job-accept.ts'
import { archive } from './job-archive.ts'
import { conclude } from './job-conclude.ts'
import { peek } from './job-peek.ts'
import { monitorActor } from './monitor.ts'
import { payloadActor } from './payload.ts'
import type { JobPorts } from './ports.ts'
import { reporterActor } from './reporter.ts'
import { identityOf, said } from './said.ts'

export function jobActor(ports: JobPorts, pauses?: Pauses) {
  return jobMachine.provide({
    actors: {
      reporter: reporterActor(ports, pauses),
      heartbeat: heartbeatActor(ports),
      monitor: monitorActor(ports),
      data: dataActor(ports),
      payload: payloadActor(ports),
      accept: task((assignment) => accept(ports, assignment)),
      archive: task((conclusion, signal) => archive(ports, conclusion, signal)),
      conclude: task((conclusion) => conclude(ports, conclusion)),
      peek: task((input) => peek(ports, input)),
      clean: task(({ assignment, keepDirectory }) => clean(ports, assignment, keepDirectory)),
    },
    actions: {
      showIgnored: ({ context: { assignment, ignored } }) => showIgnored(ports, assignment, ignored),
      recordPhase: ({ context: { assignment, phase, findings } }) => enterPhase(ports, assignment, phase, findings),
    },
  })
}

function showIgnored({ log }: JobPorts, assignment: Assignment, ignored: readonly Obeyed[]): void {
  for (const { command, effect } of ignored) {
    const text = 'text' in command ? ` (${command.text})` : ''
    if (effect.do === 'ignore') log.info(`${said(assignment)}: "${command.name}"${text} ignored: ${effect.why}`)
  }
}

function enterPhase(
  { database, live, clock, log }: JobPorts,
  assignment: Assignment,
  phase: Phase,
  findings: readonly Finding[],
): void {
  const worst = primary(findings)
  const cause = worst === undefined ? 'all is well' : reportedError(worst).text
  void database.write(assignment.key, { kind: 'phase', phase, cause }, 'soon')
  live.tell({ type: 'job.phase', at: clock.now(), ...identityOf(assignment), phase })
  log.info(`${said(assignment)}: ${phase}`)
}

/** The outcome is delivered: the work directory may go. Resolves to the time. */
async function clean(
  { database, files, settings, clock, log }: JobPorts,
  assignment: Assignment,
  keepDirectory: boolean,
): Promise<number> {
  await database.write(assignment.key, { kind: 'delivered', at: clock.now() }, 'soon')
  if (settings.cleanup && !keepDirectory) {
    try {
      await files.removeDirectory(assignment.directory)
    } catch (error) {
      log.warning(`${said(assignment)}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return clock.now()
}
