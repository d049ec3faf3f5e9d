import { type DialectAnswer, type DialectRequest, exception, forbidden, type Reading } from '../dialect.ts'
import { inflate } from '../inflate.ts'
import { dumpJson, parseJson } from '../python/json.ts'
import { parseForm, repr } from '../python/text.ts'
import { isDict, type PythonDict, PythonError } from '../python/values.ts'
import { acquireJobs } from './acquire-jobs.ts'
import { setCommand, setDebugMode } from './commands.ts'
import { getAccessToken, getKeyPair, getProxy, getTokenKey, getUserSecrets } from './credentials.ts'
import {
  acquireEventRanges,
  getAvailableEventRangeCount,
  getEventRangeStatuses,
  updateEventRanges,
  updateSingleEventRange,
} from './events.ts'
import { type Envelope, failure, success, type V1Method } from './method.ts'
import { getJobStatus, getResourceTypes, getStatus, isAlive } from './queries.ts'
import { updateJob } from './update-job.ts'
import { updateJobsBulk } from './update-jobs-bulk.ts'
import { validate } from './validate.ts'
import { updateWorkerNode, updateWorkerNodeGpu, updateWorkerStatus } from './workers.ts'

const prefix = '/api/v1/'

/** The methods there are. A further call of the server is one more file and one more name here. */
const methods: ReadonlyMap<string, V1Method> = new Map(
  [
    acquireEventRanges,
    acquireJobs,
    getAccessToken,
    getAvailableEventRangeCount,
    getEventRangeStatuses,
    getJobStatus,
    getKeyPair,
    getProxy,
    getResourceTypes,
    getStatus,
    getTokenKey,
    getUserSecrets,
    isAlive,
    setCommand,
    setDebugMode,
    updateEventRanges,
    updateJob,
    updateJobsBulk,
    updateSingleEventRange,
    updateWorkerNode,
    updateWorkerNodeGpu,
    updateWorkerStatus,
  ].map((method) => [method.name, method]),
)

/** All of /api/ belongs to this dialect; other versions, `latest` included, end in 403. */
export function isV1Path(path: string): boolean {
  return path.startsWith('/api/')
}

/** Reads a request of the v1 dialect (contracts/panda-server.md 1.2). */
export function readV1(request: DialectRequest): Reading {
  const method = request.path.startsWith(prefix) ? methods.get(request.path.slice(prefix.length)) : undefined
  if (method === undefined) return { kind: 'answered', answer: forbidden(request.path) }
  let parameters: PythonDict
  try {
    parameters = readParameters(request)
  } catch (error) {
    return { kind: 'answered', answer: exception(messageOf(error)) }
  }
  const asJson = request.contentType === 'application/json' || request.accept === 'application/json'
  return {
    kind: 'understood',
    call: {
      name: method.name,
      parameters,
      refuse: (code) => encode(success({ StatusCode: code }, code === 10 ? 'Timed out' : 'Database error'), asJson),
      perform: (panda, now) => {
        try {
          const checked = validate(method, request.verb, request.caller, parameters)
          if (checked.kind === 'refused') return encode(failure(checked.message), asJson)
          return encode(method.run({ panda, now, caller: request.caller, parameters: checked.parameters }), asJson)
        } catch (error) {
          return exception(messageOf(error))
        }
      },
    },
  }
}

/** JSON when either header is exactly application/json, else a Python repr; the label is text/plain in any case. */
function encode(envelope: Envelope, asJson: boolean): DialectAnswer {
  const { success, message, data } = envelope
  const body = { success, message, data }
  return { status: 200, contentType: 'text/plain', body: asJson ? dumpJson(body) : repr(body) }
}

function readParameters(request: DialectRequest): PythonDict {
  if (request.verb === 'GET') return parseForm(request.query)
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
  if (request.contentType !== 'application/json') return parseForm(decode(request.body))
  const bytes = request.contentEncoding === 'gzip' ? inflate(request.body) : request.body
  const body = readJson(decode(bytes))
  if (!isDict(body)) throw new PythonError('argument after ** must be a mapping')
  return body
}

function readJson(text: string) {
  try {
    return parseJson(text)
  } catch (error) {
    throw new PythonError(`ERROR : received invalid JSON : ${messageOf(error)}`)
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
