import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { makeAuthority, makeClientCertificate, makeServerCertificate } from '../../src/standin/certificate.ts'
import { setCommand } from '../../src/standin/model/commands.ts'
import type { Panda } from '../../src/standin/model/panda.ts'
import { type PilotRun, startPilot } from '../../test/e2e/pilot-run.ts'
import { type Artefacts, artefactsOf, databaseFiles } from './artefacts.ts'
import { watchCommandLines } from './command-lines.ts'
import { openDocumentServer } from './document-server.ts'
import { echoOf, namesOf, reportOf } from './encodings.ts'
import { formedOf, knownOf, opaqueToken, type Planting, plant, type Secret } from './plant.ts'
import { createSearch, type Sighting } from './search.ts'
import { openWorld, pandaId } from './world.ts'

export type Identity = 'token' | 'proxy'

export interface Result {
  readonly planted: number
  readonly spellings: number
  readonly artefacts: number
  readonly found: readonly Sighting[]
  /** What did not take place as planned: without it nothing is proved. */
  readonly missed: readonly string[]
}

/** What the server asks for in debug mode, one after the other, and what of the answer shows that it came. */
const debugCommands: Readonly<Record<Identity, Readonly<Record<string, RegExp>>>> = {
  token: { 'ps -ef': /planted-argument/, 'tail -n 20 payload.stdout': /^\S*payload\.stdout/ },
  proxy: { 'ls -l .': /named-/, 'tail -n 20 payload.stderr': /^\S*payload\.stderr/ },
}

/** ms in which the pilot must have shown each of them. */
const patience = 20_000

/** One pilot process and one job that ends with this exit code, planted with secrets everywhere. */
export async function run(identity: Identity, exitCode: number): Promise<Result> {
  const authority = await makeAuthority()
  const [tls, client] = await Promise.all([makeServerCertificate(authority), makeClientCertificate(authority)])
  const credential = identity === 'token' ? opaqueToken() : client.key.trim()
  const planting = plant({ name: identity === 'token' ? 'OIDC token' : 'key of the proxy', text: credential })
  const tokens = new Map(identity === 'token' ? [[credential, { vo: 'e2e', role: 'production', name: 'Robot' }]] : [])
  const panda: { now?: Panda } = {}
  await using world = await openWorld({
    tls,
    tokens,
    faults: ({ name }) => {
      if (/update_?job/i.test(name) && panda.now !== undefined) beginDebug(panda.now, planting)
      return undefined
    },
  })
  panda.now = world.panda
  const { directory, launch } = world
  const certificates = join(directory, 'certificates')
  await mkdir(certificates)
  await writeFile(join(certificates, 'ca.pem'), authority.cert)
  await using documents = await openDocumentServer(world.queueDocument, planting.inAddress.text)
  const gate = join(directory, 'gate')
  const inputs = {
    'echo.txt': echoOf(planting),
    'report.json': reportOf(planting, exitCode),
    'names.txt': namesOf(planting),
    'argument.txt': planting.inAnswer.text,
  }
  await world.offer(`${gate} ${exitCode}`, inputs, planting.wire)
  const credentialFile = join(directory, identity)
  await writeFile(credentialFile, identity === 'token' ? credential : `${client.cert}\n${client.key}`, { mode: 0o600 })
  using commandLines = watchCommandLines(directory)
  const pilot = startPilot({
    launch,
    options: [...world.options, '--capath', certificates, '--queuedata-url', documents.address],
    environment: {
      HOME: directory,
      TMPDIR: directory,
      HTTP_AUTHORIZATION: `Bearer ${planting.environment.text}`,
      NODE_OPTIONS: `--import ${pathToFileURL(join(import.meta.dirname, '../server/hurry.ts'))}`,
      ...(identity === 'token'
        ? { OIDC_AUTH_TOKEN: credentialFile, OIDC_AUTH_ORIGIN: 'e2e.production' }
        : { X509_USER_PROXY: credentialFile }),
    },
  })
  await using ending = new AsyncDisposableStack()
  ending.defer(() => pilot.kill())
  const missed = [...(await showEverything(world.panda, pilot, debugCommands[identity]))]
  const meanwhile = await databaseFiles(world, 'while the job runs')
  await writeFile(gate, '')
  const end = await pilot.ended()
  const outcome = world.job().outcome
  if (end.exitCode !== 0 || outcome !== (exitCode === 0 ? 'finished' : 'failed')) {
    missed.push(`the pilot ended with ${end.exitCode}, its job with ${outcome}:\n${pilot.stderr().slice(-4000)}`)
  }
  if (!documents.wasAsked()) missed.push('the queue document was not asked for with its user part')
  const own = withoutOperatorsWords(commandLines.seen, documents.address)
  if (own.size === commandLines.seen.size) missed.push('the process with a secret in its own command line was not seen')
  const artefacts = new Map([
    ...(await artefactsOf({ world, pilot, commandLines: own })),
    ...meanwhile,
    ...(await databaseFiles(world, 'afterwards')),
  ])
  const shown = await readFile(join(world.jobDirectory, 'payload.stdout'), 'latin1').catch(() => '')
  return { ...searched(planting, artefacts), missed: [...missed, ...unseen(planting, shown)] }
}

function beginDebug({ jobs }: Panda, { inAnswer }: Planting): void {
  for (const job of jobs.values()) {
    job.debug = true
    job.pilotSecrets = JSON.stringify({ loki: { token: inAnswer.text } })
  }
}

/** Debug mode shows the active log first, then what the server asks for. Returns what did not come. */
async function showEverything(
  panda: Panda,
  pilot: PilotRun,
  commands: Readonly<Record<string, RegExp>>,
): Promise<readonly string[]> {
  const job = panda.jobs.get(pandaId)
  const missed: string[] = []
  const shows = async (what: string, wanted: RegExp): Promise<void> => {
    const until = Date.now() + patience
    while (!wanted.test(job?.stdout ?? '')) {
      if (Date.now() > until) return void missed.push(`${what} was not shown: ${pilot.stderr().slice(-2000)}`)
      await pause(10)
    }
  }
  await shows('the active log', /^\S+/)
  for (const [command, answer] of Object.entries(commands)) {
    if (missed.length > 0) break
    setCommand(panda, Date.now(), pandaId, command)
    await shows(command, answer)
  }
  return missed
}

/** Without the address that the operator wrote on the pilot's command line, and the planted process of the payload. */
function withoutOperatorsWords(seen: ReadonlyMap<string, string>, address: string): ReadonlyMap<string, string> {
  return new Map(
    [...seen].flatMap(([pid, words]) =>
      words.includes('planted-argument') ? [] : [[pid, words.replaceAll(address, '')] as const],
    ),
  )
}

function searched(planting: Planting, artefacts: Artefacts): Omit<Result, 'missed'> {
  const secrets: readonly Secret[] = [...knownOf(planting), ...formedOf(planting)]
  const search = createSearch(secrets)
  const found = [...artefacts].flatMap(([artefact, content]) => search.find(artefact, content))
  return { planted: secrets.length, spellings: search.spellings, artefacts: artefacts.size, found }
}

/** Secrets that the payload did not even show, so that nothing hid them. */
function unseen(planting: Planting, shown: string): readonly string[] {
  return knownOf(planting).flatMap((secret) => {
    const sightings = createSearch([secret]).find('payload.stdout', shown)
    const spellings = new Set(sightings.map(({ spelling }) => spelling))
    return ['raw', 'base64, shift 0', 'base64, shift 1', 'base64, shift 2']
      .filter((wanted) => !spellings.has(wanted))
      .map((wanted) => `the payload did not show ${secret.name} as ${wanted}`)
  })
}
