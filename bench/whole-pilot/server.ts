import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

/** One request, as the server saw it arrive. */
export interface Arrival {
  /** ms since the epoch. */
  readonly at: number
  readonly path: string
  /** The PandaID an update tells of, or that was handed out. */
  readonly pandaId?: number
  /** The state an update reports. */
  readonly state?: string
}

/** A job as PanDA hands it out (contracts/panda-server.md 11). */
export type JobDefinition = Readonly<Record<string, unknown>> & { readonly PandaID: number }

export interface BenchServer extends AsyncDisposable {
  readonly port: number
  readonly arrivals: readonly Arrival[]
  /** Hears of every request after it was answered. */
  watch(listener: () => void): void
}

/**
 * A PanDA server that agrees to everything, as quick as a server can be, so that the figures are the pilot's: in both
 * dialects it hands out each job once; it serves the transforms by their paths. It listens on this machine only.
 * `jobs` is told the address under which the transforms are.
 */
export async function openServer(
  transforms: Readonly<Record<string, string>>,
  jobs: (url: string) => readonly JobDefinition[],
): Promise<BenchServer> {
  const arrivals: Arrival[] = []
  const listeners: (() => void)[] = []
  let waiting: JobDefinition[] = []
  const server = createServer(async (request, response) => {
    const at = Date.now()
    const path = request.url?.split('?')[0] ?? '/'
    const fields = readFields(await bytesOf(request))
    const transform = transforms[path]
    if (transform !== undefined) {
      arrivals.push({ at, path })
      response.end(transform)
    } else if (/\/(getJob|acquire_jobs)$/.test(path)) {
      const job = waiting.shift()
      arrivals.push(job === undefined ? { at, path } : { at, path, pandaId: job.PandaID })
      sendJson(response, path.startsWith('/api/') ? v1Job(job) : (job ?? noJob))
    } else {
      const pandaId = Number(fields.jobId ?? fields.job_id)
      const state = fields.state ?? fields.job_status
      arrivals.push({ at, path, ...(pandaId > 0 && { pandaId }), ...(typeof state === 'string' && { state }) })
      sendJson(response, acknowledged)
    }
    for (const listener of listeners) listener()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  waiting = [...jobs(`http://127.0.0.1:${port}`)]
  return {
    port,
    arrivals,
    watch: (listener) => listeners.push(listener),
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
    },
  }
}

const noJob = { StatusCode: 20, errorDialog: 'no jobs in PanDA' }

/** Legacy looks at the top level, v1 at success and data: each finds what it wants. */
const acknowledged = {
  StatusCode: 0,
  command: 'NULL',
  success: true,
  message: '',
  data: { StatusCode: 0, command: 'NULL' },
}

function v1Job(job: JobDefinition | undefined): object {
  if (job === undefined) return { success: false, message: 'No jobs in PanDA', data: null }
  return { success: true, message: '', data: { StatusCode: 0, jobs: [job] } }
}

function sendJson(response: ServerResponse, answer: object): void {
  response.writeHead(200, { 'Content-Type': 'application/json' })
  response.end(JSON.stringify(answer))
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Bodies are forms or JSON, perhaps packed without a header that says so (contracts/panda-server.md 1.2). */
function readFields(body: Buffer): Readonly<Record<string, unknown>> {
  const text = (body[0] === 0x1f && body[1] === 0x8b ? gunzipSync(body) : body).toString()
  return text.startsWith('{') ? JSON.parse(text) : Object.fromEntries(new URLSearchParams(text))
}
