import type { Assignment } from '../job/assignment.ts'
import type { ErrorName } from '../job/error-table.ts'
import type { PayloadRefused, Preparation } from '../job/payload.ts'
import type { JobPorts } from './ports.ts'
import { said } from './said.ts'

/** The transform in place, the command line and the whole environment. */
export async function prepare(ports: JobPorts, assignment: Assignment, signal: AbortSignal): Promise<Preparation> {
  const { experiment, settings, files, log } = ports
  const planned = experiment.plan(assignment.definition, settings.baseUrls)
  if (planned.kind === 'refused') {
    return { kind: 'refused', finding: { ...planned.finding, at: ports.clock.now() }, again: false }
  }
  const { transform, commandLine, environment } = planned.plan
  const path = transform.name.startsWith('/') ? transform.name : `${assignment.directory}/${transform.name}`
  if (transform.kind === 'download') {
    const outcome = await ports.downloads.fetch(transform.url, path, signal)
    if (outcome.kind === 'failed') return refused(ports, 'TRFDOWNLOADFAILURE', outcome.text, outcome.again)
    log.info(`${said(assignment)}: transform ${transform.url}`)
  } else if (!(await files.exists(path))) {
    return refused(ports, 'TRANSFORMNOTFOUND', `${path} is not there`)
  }
  if (!transform.name.startsWith('/')) {
    try {
      await files.makeExecutable(path)
    } catch (error) {
      return refused(ports, 'CHMODTRF', error instanceof Error ? error.message : String(error))
    }
  }
  log.info(`${said(assignment)}: command ${commandLine}`)
  return { kind: 'ready', command: { commandLine, environment: ports.payloadEnvironment(assignment, environment) } }
}

function refused({ clock, log }: JobPorts, name: ErrorName, detail: string, again = false): PayloadRefused {
  log.warning(detail)
  return { kind: 'refused', finding: { name, detail, phase: 'payload', at: clock.now(), origin: 'payload' }, again }
}
