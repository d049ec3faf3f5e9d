import type { PandaId } from '../../src/job/ids.ts'
import { bulkUpdate } from '../../src/server/calls/bulk-update.ts'
import type { Call } from '../../src/server/calls/call.ts'
import { accessTokenCall, keyPairCall, proxyCall, tokenKeyCall } from '../../src/server/calls/credentials.ts'
import { acquireRangesCall, rangesLeftCall } from '../../src/server/calls/event-ranges.ts'
import { updateRangeCall, updateRangesCall } from '../../src/server/calls/event-updates.ts'
import { resourceTypesCall } from '../../src/server/calls/resource-types.ts'
import { workerGpuCall, workerNodeCall } from '../../src/server/calls/workers.ts'
import type { Dialect, WireCall } from '../../src/server/dialect.ts'
import type { Reply } from '../../src/server/exchange.ts'
import { legacyDialect } from '../../src/server/legacy-dialect.ts'
import { v1Dialect } from '../../src/server/v1-dialect.ts'
import type { Verdict } from '../../src/server/verdict.ts'
import * as meaning from './meaning.ts'
import type { RecordedRequest } from './recorded-request.ts'

type Fields = RecordedRequest['fields']

/** What our client makes of a recorded exchange: the request it would have sent, and its reading of the answer. */
export interface ClientCall {
  readonly dialect: Dialect
  readonly request: () => WireCall | string
  readonly read: (reply: Reply) => Verdict<unknown>
}

/** Our side of a call; undefined when our client never makes it. */
export function clientCall({ path, fields }: RecordedRequest): ClientCall | undefined {
  const legacy = /^\/server\/panda\/(.+)$/.exec(path)?.[1]
  const v1 = /^\/api\/v1\/(.+)$/.exec(path)?.[1]
  const dialect = legacy === undefined ? v1Dialect : legacyDialect
  const known = calls[legacy ?? v1 ?? '']
  return known && { dialect, ...known(dialect, fields) }
}

type Ours = (dialect: Dialect, fields: Fields) => Omit<ClientCall, 'dialect'>

/** A call of the newer kind, with its meaning taken from the recorded fields. */
function spoken<Input, Value>(call: Call<Input, Value>, inputOf: (fields: Fields) => Input): Ours {
  return (dialect, fields) => ({
    request: () => call[dialect.name].request(inputOf(fields)),
    read: (reply) => call[dialect.name].read(reply, inputOf(fields)),
  })
}

const alive: Ours = (dialect) => ({
  request: () => dialect.alive,
  read: (reply) => (dialect.isAlive(reply) ? { kind: 'done', value: 'alive' } : { kind: 'unknown', text: 'not alive' }),
})

const acquire: Ours = (dialect, fields) => ({
  request: () => dialect.acquire(meaning.identityOf(fields), meaning.acquireOf(fields)),
  read: (reply) => dialect.readAcquire(reply),
})

const updateCall = (dialect: Dialect, fields: Fields): WireCall =>
  dialect.update(meaning.identityOf(fields), meaning.updateOf(fields), 'all')

const update: Ours = (dialect, fields) => ({
  request: () => updateCall(dialect, fields),
  read: (reply) => dialect.readUpdate(reply, { ...updateCall(dialect, fields), fields: {} }),
})

const bulk: Ours = (dialect, fields) => {
  const updates = meaning.bulkOf(fields).map((one) => updateCall(dialect, one))
  return {
    request: () => bulkUpdate[dialect.name].request(updates, meaning.text(fields.harvester_id)),
    read: (reply) => bulkUpdate[dialect.name].read(reply, updates),
  }
}

const worker: Ours = (dialect, fields) => ({
  request: () =>
    dialect.workerStatus(meaning.workerOf(fields), meaning.identityOf(fields), meaning.workerStatusOf(fields)),
  read: (reply) => dialect.readWorkerStatus(reply),
})

const status: Ours = (dialect, fields) => {
  const ids = meaning.idsOf(fields) as PandaId[]
  return { request: () => dialect.jobStatus(ids), read: (reply) => dialect.readJobStatus(reply, ids) }
}

const resourceTypes = spoken(resourceTypesCall, () => null)
const proxy = spoken(proxyCall, meaning.proxyOf)
const accessToken = spoken(accessTokenCall, meaning.tokenOf)
const tokenKey = spoken(tokenKeyCall, (fields) => String(fields.client_name))
const keyPair = spoken(keyPairCall, meaning.keyPairOf)
const ranges = spoken(acquireRangesCall, meaning.rangesOf)
const left = spoken(rangesLeftCall, meaning.rangesOf)
const oneRange = spoken(updateRangeCall, meaning.resultOf)
const manyRanges = spoken(updateRangesCall, meaning.reportOf)

const calls: Readonly<Record<string, Ours>> = {
  isAlive: alive,
  getJob: acquire,
  updateJob: update,
  updateJobsInBulk: bulk,
  updateWorkerPilotStatus: worker,
  getStatus: status,
  getResourceTypes: resourceTypes,
  getProxy: proxy,
  get_access_token: accessToken,
  get_token_key: tokenKey,
  getKeyPair: keyPair,
  getEventRanges: ranges,
  checkEventsAvailability: left,
  updateEventRange: oneRange,
  updateEventRanges: manyRanges,
  'system/is_alive': alive,
  'pilot/acquire_jobs': acquire,
  'pilot/update_job': update,
  'pilot/update_jobs_bulk': bulk,
  'pilot/update_worker_status': worker,
  'pilot/update_worker_node': spoken(workerNodeCall, meaning.nodeOf),
  'pilot/update_worker_node_gpu': spoken(workerGpuCall, meaning.gpuOf),
  'pilot/get_job_status': status,
  'metaconfig/get_resource_types': resourceTypes,
  'creds/get_proxy': proxy,
  'creds/get_access_token': accessToken,
  'creds/get_token_key': tokenKey,
  'creds/get_key_pair': keyPair,
  'event/acquire_event_ranges': ranges,
  'event/get_available_event_range_count': left,
  'event/update_single_event_range': oneRange,
  'event/update_event_ranges': manyRanges,
}
