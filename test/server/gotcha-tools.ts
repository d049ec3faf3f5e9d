import { gunzipSync } from 'node:zlib'
import { onTestFinished } from 'vitest'
import type { Dialect, DialectName, WireCall } from '../../src/server/dialect.ts'
import { legacyDialect } from '../../src/server/legacy-dialect.ts'
import { createJobServer } from '../../src/server/panda-server.ts'
import type { PandaServer } from '../../src/server/port.ts'
import { v1Dialect } from '../../src/server/v1-dialect.ts'
import {
  failed,
  finished,
  identity,
  type RememberingLog,
  rememberingLog,
  request,
  running,
  starting,
} from './examples.ts'
import { type Handler, startWebServer, type WebServer } from './web-server.ts'

/** A trap of contracts/panda-server.md 13: the proof that our client keeps clear of it, or why it cannot meet it. */
export interface Gotcha {
  readonly number: number
  readonly says: string
  readonly proof?: () => unknown
  readonly notOurs?: string
}

export const dialects: readonly Dialect[] = [v1Dialect, legacyDialect]

const worker = { harvesterId: 'testbed', workerId: '12' }

/** One of each call that a job's life is made of. */
export function usualCalls(dialect: Dialect): WireCall[] {
  return [
    dialect.acquire(identity, { ...request, workingGroup: 'x' }),
    ...[starting(16), running(16), finished(16), failed(16)].map((update) => dialect.update(identity, update, 'all')),
    dialect.workerStatus(worker, identity, 'started'),
  ]
}

/** The bytes of a call's body as text, unpacked. */
export async function bodyOf(dialect: Dialect, call: WireCall | string): Promise<string> {
  if (typeof call === 'string') throw new Error(call)
  const { body = Buffer.alloc(0) } = await dialect.encode(call)
  return (body[0] === 0x1f && body[1] === 0x8b ? gunzipSync(body) : body).toString('utf8')
}

/** Our client and a server that answers by hand. */
export async function connected(
  handler: Handler,
  dialect: DialectName | undefined = 'v1',
): Promise<{ web: WebServer; server: PandaServer; log: RememberingLog }> {
  const web = await startWebServer(handler)
  const log = rememberingLog()
  const server = createJobServer({
    url: web.url,
    port: 25443,
    dialect,
    identity,
    credentials: { environment: {}, userId: undefined },
    userAgent: 'pilot/test',
    log,
  })
  onTestFinished(async () => {
    await server.close()
    await web.close()
  })
  return { web, server, log }
}

export const good = '{"success": true, "message": "", "data": {"StatusCode": 0, "command": "NULL"}}'
export const v1Update = v1Dialect.update(identity, finished(16), 'all')
export const legacyUpdate = legacyDialect.update(identity, finished(16), 'all')
export const oneRange = { eventRangeID: '500-25-700025-1-3', status: 'finished', cpuTime: 5, objectStoreId: 7 } as const

export const node = {
  ...{ site: 'S', hostName: 'h', cpuModel: 'm', queue: undefined, logicalCpus: 4, sockets: 1, coresPerSocket: 4 },
  ...{ threadsPerCore: 1, cpuArchitecture: undefined, cpuArchitectureLevel: undefined },
  ...{ clockSpeed: 2200, totalMemory: 257_000.5, totalLocalDisk: 100 },
}
