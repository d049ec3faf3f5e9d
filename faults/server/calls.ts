import { gunzipSync } from 'node:zlib'
import type { DialectName } from '../../src/standin/dialect.ts'

/** The calls of a job's life, in the order in which a pilot makes them. */
export const jobCalls = [
  'probe',
  'worker started',
  'acquire',
  'update starting',
  'update running',
  'update final',
  'worker finished',
] as const
export type JobCall = (typeof jobCalls)[number]

/** A request as it came over the wire. */
export interface WireRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

/** Which call a request is; undefined for the probe of the dialect that this server does not have, and for all else. */
export function callOf(request: WireRequest, dialect: DialectName): JobCall | undefined {
  switch (request.path.split('?', 1)[0]) {
    case '/api/v1/system/is_alive':
      return dialect === 'v1' ? 'probe' : undefined
    case '/server/panda/isAlive':
      return dialect === 'legacy' ? 'probe' : undefined
    case '/api/v1/pilot/acquire_jobs':
    case '/server/panda/getJob':
      return 'acquire'
    case '/api/v1/pilot/update_job':
      return updateCall(fieldOf(request, 'job_status'))
    case '/server/panda/updateJob':
      return updateCall(fieldOf(request, 'state'))
    case '/api/v1/pilot/update_worker_status':
    case '/server/panda/updateWorkerPilotStatus':
      return fieldOf(request, 'status') === 'started' ? 'worker started' : 'worker finished'
    default:
      return undefined
  }
}

function updateCall(state: unknown): JobCall {
  if (state === 'starting') return 'update starting'
  return state === 'finished' || state === 'failed' ? 'update final' : 'update running'
}

function fieldOf({ body }: WireRequest, name: string): unknown {
  const text = (body[0] === 0x1f && body[1] === 0x8b ? gunzipSync(body) : body).toString('utf8')
  const fields: Record<string, unknown> = JSON.parse(text)
  return fields[name]
}
