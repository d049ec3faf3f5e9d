import type { Assignment } from '../job/assignment.ts'
import type { Launch } from '../job/payload.ts'
import type { ProcessIdentity } from '../job/process.ts'
import { payloadMachine, type Search } from '../machines/payload.ts'
import { task } from '../machines/task.ts'
import { examine } from './payload-examine.ts'
import { payloadFiles, statusFile } from './payload-files.ts'
import { prepare } from './payload-prepare.ts'
import type { JobPorts } from './ports.ts'
import { identityOf, said } from './said.ts'

export function payloadActor(ports: JobPorts) {
  const { processes, log } = ports
  return payloadMachine.provide({
    actors: {
      prepare: task(({ assignment }, signal) => prepare(ports, assignment, signal)),
      search: task(({ assignment, cookie }) => search(ports, assignment, cookie)),
      launch: task(({ assignment, command }) => launch(ports, assignment, command)),
      awaitEnd: task(async ({ assignment, identity }, signal) => {
        const end = await processes.ended(identity, statusFile(assignment), signal)
        // Nobody waits any more: that is no end of the payload, and must not be recorded as one.
        if (signal.aborted) return end
        // Job report, outputs and log come next.
        ports.workers.warm()
        await ports.database.write(assignment.key, { kind: 'payload-ended', end }, 'flushed')
        ports.live.tell({ type: 'payload.ended', at: ports.clock.now(), ...identityOf(assignment), end })
        return end
      }),
      terminate: task((identity: ProcessIdentity) => {
        log.info(`ending the payload: TERM to the processes of ${identity.pid}`)
        return processes.signalTree(identity, 'SIGTERM')
      }),
      kill: task((identity: ProcessIdentity) => {
        log.warning(`the payload did not end by itself: KILL to the processes of ${identity.pid}`)
        return processes.signalTree(identity, 'SIGKILL')
      }),
      sweep: task(async (identity: ProcessIdentity) => {
        const left = await processes.survivors(identity)
        if (left === 0) return 0
        log.warning(`the payload left ${left} processes behind: KILL`)
        return processes.signalTree(identity, 'SIGKILL')
      }),
      examine: task((input, signal) => examine(ports, input, signal)),
    },
  })
}

/** A launch without its fact: the payload lives, ended unseen, or never was. */
async function search({ processes, clock, log }: JobPorts, assignment: Assignment, cookie: string): Promise<Search> {
  const identity = await processes.find(cookie)
  if (identity !== undefined) {
    log.info(`${said(assignment)}: the payload of an earlier pilot process is found, process ${identity.pid}`)
    return { kind: 'alive', identity, at: clock.now() }
  }
  if (await processes.neverStarted(statusFile(assignment))) {
    log.info(`${said(assignment)}: the payload was not started yet`)
    return { kind: 'never' }
  }
  const nobody = { pid: 0, startTicks: 0, bootId: '', cookie }
  const end = await processes.ended(nobody, statusFile(assignment), new AbortController().signal)
  return { kind: 'ended', end }
}

async function launch(
  { processes, database, clock, entropy, live, log }: JobPorts,
  assignment: Assignment,
  {
    commandLine,
    environment,
  }: { readonly commandLine: string; readonly environment: Readonly<Record<string, string>> },
): Promise<Launch> {
  const { key, directory } = assignment
  const cookie = entropy.guid()
  await database.write(key, { kind: 'launching', commandLine, cookie }, 'flushed')
  const launched = await processes.launch({
    commandLine,
    cookie,
    directory,
    environment,
    stdout: `${directory}/${payloadFiles.stdout}`,
    stderr: `${directory}/${payloadFiles.stderr}`,
    statusFile: statusFile(assignment),
  })
  const at = clock.now()
  if (launched.kind === 'failed') {
    const detail = `the payload could not be started: ${launched.text}`
    return {
      kind: 'refused',
      finding: { name: 'PAYLOADEXECUTIONFAILURE', detail, phase: 'payload', at, origin: 'payload' },
      again: false,
    }
  }
  const { identity } = launched
  await database.write(key, { kind: 'process', identity, statusFile: statusFile(assignment) }, 'flushed')
  live.tell({ type: 'payload.started', at, ...identityOf(assignment), pid: identity.pid })
  log.info(`${said(assignment)}: payload started, process ${identity.pid}`)
  return { kind: 'launched', identity, at }
}
