import { type DialectAnswer, type DialectRequest, exception, forbidden, type Reading } from '../dialect.ts'
import { inflate } from '../inflate.ts'
import { dumpJson, parseJson } from '../python/json.ts'
import { parseForm, urlencode } from '../python/text.ts'
import { isDict, type PythonDict, PythonError, type PythonValue } from '../python/values.ts'
import { sendCommandToJob, setDebugMode } from './commands.ts'
import { getAccessToken, getKeyPair, getProxy, getTokenKey, getUserSecrets } from './credentials.ts'
import {
  checkEventsAvailability,
  getEventRanges,
  getEventsStatus,
  updateEventRange,
  updateEventRanges,
} from './events.ts'
import { getJob } from './get-job.ts'
import { getMaxWorkerID } from './get-max-worker-id.ts'
import { checkArguments, type LegacyMethod, type LegacyReply } from './method.ts'
import { checkJobStatus, getResourceTypes, getStatus, isAlive } from './queries.ts'
import { updateJob } from './update-job.ts'
import { updateJobsInBulk } from './update-jobs-in-bulk.ts'
import { updateWorkerPilotStatus } from './update-worker.ts'

const prefix = '/server/panda/'

/** The methods there are. A further call of the server is one more file and one more name here. */
const methods: ReadonlyMap<string, LegacyMethod> = new Map(
  [
    checkEventsAvailability,
    checkJobStatus,
    getAccessToken,
    getEventRanges,
    getEventsStatus,
    getJob,
    getKeyPair,
    getMaxWorkerID,
    getProxy,
    getResourceTypes,
    getStatus,
    getTokenKey,
    getUserSecrets,
    isAlive,
    sendCommandToJob,
    setDebugMode,
    updateEventRange,
    updateEventRanges,
    updateJob,
    updateJobsInBulk,
    updateWorkerPilotStatus,
  ].map((method) => [method.name, method]),
)

export function isLegacyPath(path: string): boolean {
  return path.startsWith(prefix)
}

/** Reads a request of the legacy dialect (contracts/panda-server.md 1.2). */
export function readLegacy(request: DialectRequest): Reading {
  const method = methods.get(request.path.slice(prefix.length))
  if (method === undefined) return { kind: 'answered', answer: forbidden(request.path) }
  let parameters: PythonDict
  try {
    parameters = readParameters(request)
  } catch (error) {
    return { kind: 'answered', answer: exception(messageOf(error)) }
  }
  const acceptJson = request.accept?.includes('application/json') ?? false
  return {
    kind: 'understood',
    call: {
      name: method.name,
      parameters,
      refuse: (code) => encode({ kind: 'dictionary', data: { StatusCode: code } }, acceptJson),
      perform: (panda, now) => {
        try {
          checkArguments(method, parameters)
          return encode(method.run({ panda, now, caller: request.caller, acceptJson, parameters }), acceptJson)
        } catch (error) {
          return exception(messageOf(error))
        }
      },
    },
  }
}

/** The answer in the form the caller accepts (contracts/panda-server.md 1.3). */
function encode(reply: LegacyReply, acceptJson: boolean): DialectAnswer {
  if (reply.kind === 'text') return { status: 200, contentType: 'text/plain', body: reply.text }
  if (reply.kind === 'json' || (reply.kind === 'dictionary' && acceptJson)) {
    return { status: 200, contentType: 'application/json', body: dumpJson(reply.data) }
  }
  return { status: 200, contentType: 'text/plain', body: urlencode(reply.data) }
}

function readParameters(request: DialectRequest): PythonDict {
  if (request.verb === 'GET') return parseForm(request.query)
  if (request.contentType !== 'application/json') return parseForm(new TextDecoder().decode(request.body))
  // JSON bodies are gunzipped whatever the headers say; the real server process dies of anything else.
  const body = parseJson(new TextDecoder().decode(inflate(request.body)))
  if (!isDict(body)) throw new PythonError('argument after ** must be a mapping')
  return Object.fromEntries(Object.entries(body).map(([key, value]) => [key, plainBoolean(value)]))
}

/** The server turns the JSON words true and false of the top level into texts. */
function plainBoolean(value: PythonValue | undefined): PythonValue | undefined {
  if (value === true) return 'True'
  return value === false ? 'False' : value
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
