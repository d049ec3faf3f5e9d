import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { PilotRun } from '../../test/e2e/pilot-run.ts'
import { unpack } from '../../test/workers/unpack.ts'
import type { World } from './world.ts'

/** What leaves the pilot or stays of it, by the place where it is seen. Bytes as Latin-1. */
export type Artefacts = ReadonlyMap<string, string>

/** What the payload made itself, or was given by us: its own affair until the pilot shows it. */
const ofPayload =
  /^(echo\.txt|report\.json|names\.txt|argument\.txt|note\.txt|jobReport\.json|planted|payload\.(stdout|stderr)|named-.*)$/

export interface Seen {
  readonly world: World
  readonly pilot: PilotRun
  /** By process; the words that the operator wrote are taken out. */
  readonly commandLines: ReadonlyMap<string, string>
}

export async function artefactsOf({ world, pilot, commandLines }: Seen): Promise<Artefacts> {
  const seen = new Map([
    ['the pilot’s stdout, --json', latin1(pilot.stdout())],
    ['the pilot’s stderr', latin1(pilot.stderr())],
  ])
  world.calls.forEach(({ name, parameters }, index) => {
    seen.set(`request ${index + 1}, ${name}`, latin1(JSON.stringify(parameters)))
    // As the server read it: a text within the JSON is escaped once less.
    for (const [field, value] of Object.entries(parameters)) {
      seen.set(`request ${index + 1}, ${name}, ${field}`, latin1(String(value)))
    }
  })
  for (const [pid, words] of commandLines) seen.set(`command line of process ${pid.split(' ')[0]}: ${words}`, words)
  await addFiles(seen, world.launch)
  return seen
}

async function addFiles(seen: Map<string, string>, directory: string): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) await addFiles(seen, path)
    else if (!entry.isFile() || ofPayload.test(entry.name)) continue
    else if (entry.name.endsWith('.tgz')) await addArchive(seen, path)
    else seen.set(path.slice(path.indexOf('/launch/') + 1), await readFile(path, 'latin1'))
  }
}

async function addArchive(seen: Map<string, string>, path: string): Promise<void> {
  for (const [name, { header, content }] of await unpack(path)) {
    seen.set(`${basename(path)}: ${name}`, `${latin1(name)}\n${header.linkname ?? ''}\n${content.toString('latin1')}`)
  }
}

/** PilotDB as it lies on the disk now. */
export async function databaseFiles({ launch }: World, when: string): Promise<Artefacts> {
  const directory = join(launch, 'pilotdb')
  const seen = new Map<string, string>()
  for (const name of await readdir(directory)) {
    const content = await readFile(join(directory, name), 'latin1').catch(() => undefined)
    if (content !== undefined) seen.set(`pilotdb/${name} ${when}`, content)
  }
  return seen
}

function latin1(text: string): string {
  return Buffer.from(text).toString('latin1')
}
