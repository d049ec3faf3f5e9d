import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { makeAuthority, makeClientCertificate, makeServerCertificate } from '../standin/certificate.ts'
import type { DialectName } from '../standin/dialect.ts'
import { type Front, type FrontOptions, openFront } from '../standin/front/front.ts'
import { readJobFiles } from '../standin/job-files.ts'
import { runAdder } from '../standin/model/adder.ts'
import { addJob, createPanda, type Panda } from '../standin/model/panda.ts'
import { runWatcher } from '../standin/model/watcher.ts'
import { type ServerOutput, serverOutput } from './server-output.ts'

interface Settings {
  readonly port: number
  readonly jobs: string
  readonly https: boolean
  readonly only?: DialectName
  readonly trf?: string
  readonly json: boolean
}

/** The command line was wrong, or a job cannot be used: nothing was started. */
const refusedExitCode = 2
/** How often finals are worked off and the server's clocks looked at. */
const housekeepingMs = 500

/**
 * `pilot server`: a stand-in PanDA server for trying one's own jobs, until SIGINT or SIGTERM. Resolves to the exit
 * code: 0, or 2 when it could not start.
 */
export async function server(args: string[]): Promise<number> {
  const settings = readSettings(args)
  if (typeof settings === 'number') return settings
  const files = await readJobFiles(settings.jobs)
  if (files.kind === 'refused') return refuse(files.text)

  const panda = createPanda()
  for (const definition of files.jobs) addJob(panda, Date.now(), definition)
  const output = serverOutput(settings.json)
  // Before anything is written or told, so that no signal finds the credentials without their end.
  const stopped = stopSignal()
  const tls = settings.https ? await makeTls() : null
  let front: Front
  try {
    front = await openFront(frontOptions(panda, settings, tls, output))
  } catch (error) {
    await removeCredentials(tls)
    return refuse(`port ${settings.port} cannot be used: ${error instanceof Error ? error.message : String(error)}`)
  }
  output.started(front, panda, tls, settings.only ?? 'v1')
  const housekeep = () => {
    runAdder(panda, Date.now())
    runWatcher(panda, Date.now())
    output.news(panda)
  }
  const timer = setInterval(housekeep, housekeepingMs)
  await stopped
  clearInterval(timer)
  await front.close()
  housekeep()
  await removeCredentials(tls)
  output.ended(panda)
  return 0
}

/** The settings, or the exit code when there is nothing to start. */
function readSettings(args: string[]): Settings | number {
  const command = new Command('pilot server')
    .description('a PanDA server that keeps the real rules, on this machine only, for trying your own jobs')
    .requiredOption('--jobs <dir>', 'directory of job definitions (*.json)')
    .addOption(new Option('--port <port>', 'port to listen on, 0: any free one').argParser(portNumber).default(25_080))
    .option('--https', 'HTTPS with a throw-away authority; the client must show a certificate', false)
    .addOption(new Option('--only <dialect>', 'speak only this dialect').choices(['legacy', 'v1']))
    .option('--trf <dir>', 'serve GET /trf/… and /cache/… from this directory')
    .option('--json', 'one JSON line per event on stdout', false)
    .exitOverride()
    .allowExcessArguments(false)
  try {
    return command.parse(args, { from: 'user' }).opts<Settings>()
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? 0 : refusedExitCode
  }
}

function portNumber(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new InvalidArgumentError('expected a number from 0 to 65535')
}

/** The files a pilot needs to talk HTTPS to this server. */
export interface TrialCredentials {
  readonly key: string
  readonly cert: string
  /** Holds ca.pem. */
  readonly authorityDir: string
  /** Certificate and key of a client. */
  readonly clientFile: string
}

async function makeTls(): Promise<TrialCredentials> {
  const authority = await makeAuthority()
  const [own, client] = await Promise.all([makeServerCertificate(authority), makeClientCertificate(authority)])
  const directory = await mkdtemp(join(tmpdir(), 'panda-standin-'))
  const clientFile = join(directory, 'client.key-and-cert')
  await writeFile(join(directory, 'ca.pem'), authority.cert)
  await writeFile(clientFile, `${client.cert}\n${client.key}`, { mode: 0o600 })
  return { ...own, authorityDir: directory, clientFile }
}

async function removeCredentials(tls: TrialCredentials | null): Promise<void> {
  if (tls !== null) await rm(tls.authorityDir, { recursive: true, force: true })
}

function frontOptions(
  panda: Panda,
  settings: Settings,
  tls: TrialCredentials | null,
  output: ServerOutput,
): FrontOptions {
  return {
    panda,
    port: settings.port,
    trustPlainHttp: true,
    onRequest: (call) => output.called(call),
    ...(settings.only === undefined ? {} : { dialects: [settings.only] }),
    ...(settings.trf === undefined ? {} : { staticDir: settings.trf }),
    ...(tls === null ? {} : { tls: { key: tls.key, cert: tls.cert } }),
  }
}

/** Resolves when somebody ends the process politely. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      process.off('SIGINT', stop).off('SIGTERM', stop)
      resolve()
    }
    process.on('SIGINT', stop).on('SIGTERM', stop)
  })
}

function refuse(text: string): number {
  process.stderr.write(`pilot server: ${text}\n`)
  return refusedExitCode
}
