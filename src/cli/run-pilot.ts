import { rm } from 'node:fs/promises'
import { createActor } from 'xstate'
import { pilotActor } from '../actors/pilot.ts'
import type { Ports } from '../actors/ports.ts'
import { pilotExitCode } from '../job/exit-code.ts'
import { foldHistory } from '../job/job-state.ts'
import type { PilotEnd } from '../job/next-job.ts'
import { type StopReason, type StopSignal, signalErrors, signalReason } from '../job/stop.ts'
import type { PilotInput } from '../machines/pilot-context.ts'
import type { Log } from '../observe/port.ts'
import { createAdapters } from './adapters.ts'
import { startBeating } from './beating.ts'
import { beginLife } from './life.ts'
import type { ParsedOptions } from './options.ts'
import { openPilotLog } from './pilot-log.ts'
import { spareCompilers } from './spare-compilers.ts'
import { readVersion } from './version.ts'

/** Files under way at once within a job: enough to fill a link, few enough for a storage element. */
const filesInFlight = 4

/** ms (contracts/pilot-core.md 1.6). */
const periods = {
  heartbeat: 1_800_000,
  debugHeartbeat: 60_000,
  lostHeartbeat: 10_800_000,
  check: 60_000,
  firstCheck: 10_000,
}

/**
 * One life of the pilot: adapters made, actor started, signals passed on, exit code found. `wrap` may put something
 * between the actor and its ports: the fault harness does.
 */
export async function runPilot(
  { configuration, notes }: ParsedOptions & { readonly kind: 'run' },
  wrap: (ports: Ports) => Ports = (ports) => ports,
): Promise<number> {
  const startDirectory = process.cwd()
  const version = await readVersion()
  const life = await beginLife(process.env.PILOT_LIFE_FILE, configuration.workdir, Date.now())
  const { directory, startedAt } = life
  const log = openPilotLog(configuration, directory, life.resumed)
  log.info(`panda-pilot ${version} for queue ${configuration.queue} in ${directory}, process ${process.pid}`)
  for (const note of notes) log.warning(note)
  const made = await createAdapters({ configuration, directory, startDirectory, version, startedAt, log })
  if (made.kind === 'refused') {
    log.error(made.text)
    await life.end()
    await log.close()
    return pilotExitCode({ error: 'GENERALERROR', signal: undefined })
  }
  spareCompilers()
  const stopBeating = startBeating(directory, configuration.noPilotLog, log)
  const end = await live(wrap(made.ports), log, {
    startedAt,
    slots: configuration.concurrentJobs,
    requests: configuration.getJobRequests,
    failures: configuration.getJobFailures,
    periods,
    filesInFlight,
  })
  const exitCode = pilotExitCode({ error: end.name, signal: undefined })
  made.ports.live.tell({ type: 'pilot.ended', at: Date.now(), exitCode, text: end.text })
  log.info(`exit code ${exitCode}`)
  stopBeating()
  const { database } = made.ports
  const allDelivered = database.jobs().every((key) => foldHistory(database.history(key)).delivered)
  await made.close()
  await life.end()
  await log.close()
  // A main directory of our own goes with the pilot, but never an outcome that was not delivered.
  if (configuration.workdir !== '' && configuration.cleanup && allDelivered)
    await rm(directory, { recursive: true, force: true })
  return exitCode
}

/** Runs the pilot's actor to its end, whatever the process is told meanwhile. */
function live(ports: Ports, log: Log, input: PilotInput): Promise<PilotEnd> {
  return new Promise((resolve) => {
    const actor = createActor(pilotActor(ports), { input })
    const stop = (reason: StopReason): void => actor.send({ type: 'pilot.stop', reason })
    for (const signal of Object.keys(signalErrors) as StopSignal[]) {
      process.removeAllListeners(signal)
      process.on(signal, () => {
        log.warning(`received ${signal}`)
        stop(signalReason(signal, Date.now()))
      })
    }
    process.on('unhandledRejection', (cause) => log.error(`unhandled: ${textOf(cause)}`))
    process.on('uncaughtException', (cause) => {
      log.error(`internal problem: ${textOf(cause)}`)
      stop({ name: 'UNKNOWNEXCEPTION', text: textOf(cause), hurry: true, at: Date.now() })
    })
    actor.subscribe({
      complete: () =>
        resolve(actor.getSnapshot().output ?? { name: 'UNKNOWNEXCEPTION', text: 'the pilot ended without a word' }),
      error: (cause) => resolve({ name: 'UNKNOWNEXCEPTION', text: textOf(cause) }),
    })
    actor.start()
  })
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
}
