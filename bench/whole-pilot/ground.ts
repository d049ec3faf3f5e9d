import { randomFillSync } from 'node:crypto'
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { adler32, formatAdler32 } from '../../src/workers/adler32.ts'
import { endpointDocument, input, queueDocument } from './job.ts'

/** Where all runs of one bench have their directories; the input is made once. */
export interface Ground extends AsyncDisposable {
  readonly directory: string
  readonly inputFile: string
  /** Eight hex digits. */
  readonly adler32: string
}

export async function openGround(): Promise<Ground> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'pilot-bench-')))
  const inputFile = join(directory, input.lfn)
  const bytes = randomFillSync(Buffer.allocUnsafe(input.size))
  await writeFile(inputFile, bytes)
  return {
    directory,
    inputFile,
    adler32: formatAdler32(adler32(bytes)),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}

/** The directory of one run: what a wrapper prepares before it starts a pilot. */
export interface RunDirectory extends AsyncDisposable {
  readonly path: string
  /** Where the pilot is started. */
  readonly launch: string
  readonly documents: { readonly queue: string; readonly queues: string; readonly endpoints: string }
  /** Each payload writes a line here when it starts and one when it ends. */
  readonly payloadTimes: string
}

/** `timefloor`: minutes, see queueDocument. */
export async function prepareRun({ directory, inputFile }: Ground, timefloor: number): Promise<RunDirectory> {
  const path = await mkdtemp(join(directory, 'run-'))
  const at = (name: string): string => join(path, name)
  const queue = queueDocument(timefloor)
  const documents = { queue: at('queuedata.json'), queues: at('queues.json'), endpoints: at('ddm.json') }
  await mkdir(at('w'))
  await symlink(inputFile, join(at('w'), input.lfn))
  await writeFile(documents.queue, JSON.stringify(queue))
  await writeFile(documents.queues, JSON.stringify({ BENCH_Q: queue }))
  await writeFile(documents.endpoints, JSON.stringify(endpointDocument()))
  // A newline at its end would make a header that the Python pilot cannot send.
  await writeFile(at('token'), 'benchtoken')
  await writeFile(at('payload.times'), '')
  return {
    path,
    launch: at('w'),
    documents,
    payloadTimes: at('payload.times'),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  }
}

export interface PayloadTimes {
  /** ms since the epoch; not there while the payload runs. */
  readonly start: number
  readonly end?: number
}

/** When the payload of each job ran, by the output it was to write. */
export async function readPayloadTimes({ payloadTimes }: RunDirectory): Promise<ReadonlyMap<string, PayloadTimes>> {
  const times = new Map<string, PayloadTimes>()
  for (const line of (await readFile(payloadTimes, 'utf8')).trimEnd().split('\n')) {
    const [what, seconds, output = ''] = line.split(' ')
    const at = Number(seconds) * 1000
    const start = times.get(output)?.start ?? at
    times.set(output, what === 'end' ? { start, end: at } : { start })
  }
  return times
}
