import { randomUUID } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { generateMuonPairs } from '../../demo/generate-events.ts'
import { type DemoTable, type DemoTables, demoScope } from '../../demo/jobs.ts'
import { demoQueue, endpointDocument, queueDocument } from '../../demo/site.ts'
import { makeAuthority, makeClientCertificate, makeServerCertificate } from '../standin/certificate.ts'
import { deterministicPath } from '../storage/pfn.ts'
import { adler32, formatAdler32 } from '../workers/adler32.ts'

/** Where everything of one demo lies; absolute paths. */
export interface DemoWorld {
  readonly directory: string
  /** The mounted storage behind the demo's RSE. */
  readonly storage: string
  /** What the stand-in serves below /trf/ and /cache/. */
  readonly web: string
  /** Holds ca.pem. */
  readonly authorities: string
  /** The pilot's certificate and key. */
  readonly client: string
  /** Where the pilot works. */
  readonly work: string
  /** The pilot's database: it outlasts the pilot's own directory. */
  readonly database: string
  readonly pilotLog: string
  /** The server's own certificate, PEM. */
  readonly tls: { readonly key: string; readonly cert: string }
}

/** Paths on the stand-in, as on a real PanDA server (contracts/panda-server.md 1.1). */
export const webPaths = {
  transform: '/trf/user/analyse-muons',
  queues: `/cache/schedconfig/${demoQueue}.all.json`,
  endpoints: '/cache/ddmendpoints.json',
} as const

/** Fills an empty directory with all that is no job data: credentials, documents, the transform. */
export async function makeWorld(directory: string): Promise<DemoWorld> {
  const at = (name: string) => join(directory, name)
  const [storage, web, work, authorities] = [at('storage'), at('web'), at('work'), at('authorities')]
  const authority = await makeAuthority()
  const [tls, client] = await Promise.all([makeServerCertificate(authority), makeClientCertificate(authority)])
  await mkdir(storage)
  await mkdir(work)
  await put(join(authorities, 'ca.pem'), authority.cert)
  await put(at('client.pem'), `${client.cert}\n${client.key}`, 0o600)
  await put(join(web, webPaths.queues), JSON.stringify(queueDocument(), null, 2))
  await put(join(web, webPaths.endpoints), JSON.stringify(endpointDocument(storage), null, 2))
  await put(join(web, webPaths.transform), await transformText())
  const pilot = { work, database: at('pilotdb'), client: at('client.pem'), pilotLog: at('pilot.log') }
  return { directory, storage, web, authorities, ...pilot, tls }
}

/**
 * The transform as one executable text: a payload gets a filtered environment in which no Node may be on the path, so
 * the text names the Node that is running now.
 */
export async function transformText(): Promise<string> {
  const program = await readFile(join(import.meta.dirname, '../../demo/transforms/analyse-muons.ts'), 'utf8')
  const node = `'${process.execPath.replaceAll("'", "'\\''")}'`
  const options = '--disable-warning=ExperimentalWarning --input-type=module-typescript'
  return `#!/bin/sh\nexec ${node} ${options} - "$@" <<'END_OF_PROGRAM'\n${program}END_OF_PROGRAM\n`
}

/** Seed of the demo's first table; the others follow. */
const firstSeed = 20_241_122
/** What is left of the truncated table. */
const keptShare = 0.61

/** Generates the three tables and puts them into storage, telling each when it is there. */
export async function makeTables(
  { storage }: DemoWorld,
  rows: number,
  made: (table: DemoTable) => void,
): Promise<DemoTables> {
  const store = async (number: number, share: number): Promise<DemoTable> => {
    const whole = generateMuonPairs(rows, firstSeed + number)
    const bytes = whole.subarray(0, Math.floor(whole.length * share))
    const lfn = `muons.${number}.table`
    await put(join(storage, deterministicPath(demoScope, lfn)), bytes)
    const checksum = formatAdler32(adler32(bytes))
    const table = { lfn, guid: randomUUID().toUpperCase(), size: bytes.length, adler32: checksum }
    made(table)
    return table
  }
  return { first: await store(1, 1), second: await store(2, 1), truncated: await store(3, keptShare) }
}

async function put(path: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, content, { mode })
}
