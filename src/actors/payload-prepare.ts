import type { Assignment } from '../job/assignment.ts'
import type { ErrorName } from '../job/error-table.ts'
import type { PayloadRefused, Preparation } from '../job/payload.ts'
import type { JobPorts } from './ports.ts'
import { said } from './said.ts'

/** Tries of one transform download (contracts/pilot-core.md 7.1 step 2); without the old pilot's pause of a minute. */
const downloadAttempts = 3

/** The transform in place, the command line and the whole environment. */
export async function prepare(ports: JobPorts, assignment: Assignment, signal: AbortSignal): Promise<Preparation> {
  const { experiment, settings, files, log } = ports
  const planned = experiment.plan(assignment.definition, settings.baseUrls)
  if (planned.kind === 'refused') {
    return { kind: 'refused', finding: { ...planned.finding, at: ports.clock.now() } }
  }
  const { transform, commandLine, environment } = planned.plan
  const path = transform.name.startsWith('/') ? transform.name : `${assignment.directory}/${transform.name}`
  if (transform.kind === 'download') {
    const problem = await download(ports, transform.url, path, signal)
    if (problem !== undefined) return refused(ports, 'TRFDOWNLOADFAILURE', problem)
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

async function download(
  { downloads, log }: JobPorts,
  url: string,
  path: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  let text = ''
  for (let attempt = 1; attempt <= downloadAttempts; attempt++) {
    const outcome = await downloads.fetch(url, path, signal)
    if (outcome.kind === 'downloaded') return undefined
    text = outcome.text
    log.warning(`transform not downloaded (${attempt} of ${downloadAttempts}): ${text}`)
    if (!outcome.again) break
  }
  return text
}

function refused({ clock }: JobPorts, name: ErrorName, detail: string): PayloadRefused {
  return { kind: 'refused', finding: { name, detail, phase: 'payload', at: clock.now(), origin: 'payload' } }
}
