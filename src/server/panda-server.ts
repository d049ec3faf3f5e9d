import { secretTextsOf } from '../job/secret-texts.ts'
import type { ServerAnswer } from './answer-port.ts'
import { accessTokenCall, keyPairCall, proxyCall, tokenKeyCall } from './calls/credentials.ts'
import { acquireRangesCall, rangesLeftCall } from './calls/event-ranges.ts'
import { eventStatesCall } from './calls/event-states.ts'
import { updateRangeCall, updateRangesCall } from './calls/event-updates.ts'
import { jobCommandsCall } from './calls/job-commands.ts'
import { resourceTypesCall } from './calls/resource-types.ts'
import { userSecretsCall } from './calls/user-secrets.ts'
import { workerGpuCall, workerNodeCall } from './calls/workers.ts'
import { createChannel } from './channel.ts'
import type { CredentialSources } from './credentials.ts'
import type { DialectName } from './dialect.ts'
import { createDialogue } from './dialogue.ts'
import { type PilotIdentity, workerOf } from './identity.ts'
import { createJobUpdates } from './job-updates.ts'
import type { ServerLog } from './log.ts'
import type { AcquireAnswer, PandaServer } from './port.ts'
import { createRefusedFields } from './refused-fields.ts'
import { parseServerUrl } from './server-url.ts'
import type { Verdict } from './verdict.ts'

export interface JobServerOptions {
  readonly url: string
  /** Used unless the URL has its own. */
  readonly port: number
  /** undefined = ask the server. */
  readonly dialect: DialectName | undefined
  readonly identity: PilotIdentity
  readonly credentials: CredentialSources
  readonly userAgent: string
  readonly log: ServerLog
  readonly limits?: Partial<ServerLimits>
  /** Renews the credential if it can be renewed; awaited once when the server finds it expired. Must not reject. */
  readonly renewCredential?: () => Promise<unknown>
}

/** Times in ms, sizes in bytes. */
interface ServerLimits {
  /** One call with all its repeats. */
  readonly call: number
  readonly connect: number
  readonly largestAnswer: number
}

/** contracts/panda-server.md 1.8; an answer holds at most some dozens of jobs, so 16 MiB is far from any. */
const defaultLimits: ServerLimits = { call: 120_000, connect: 100_000, largestAnswer: 16 << 20 }

/**
 * The real PanDA server.
 * @throws Error when the URL is none; its text is for people
 */
export function createJobServer(options: JobServerOptions): PandaServer {
  const { identity, log, userAgent, credentials, dialect } = options
  const limits = { ...defaultLimits, ...options.limits }
  const url = parseServerUrl(options.url, options.port)
  if (url.kind === 'refused') throw new Error(url.text)
  const { origin, secure } = url
  const { connect: connectTimeout, largestAnswer } = limits
  const line = { origin, secure, userAgent, connectTimeout, largestAnswer, log }
  const channel = createChannel({ ...line, credentials })
  const proxyChannel = createChannel({ ...line, credentials: withoutToken(credentials) })
  const refusedFields = createRefusedFields(log)
  const dialogue = createDialogue({
    origin,
    channel,
    proxyChannel,
    dialect,
    refusedFields,
    callTime: limits.call,
    renewCredential: options.renewCredential,
    log,
  })
  const { ask, call } = dialogue
  const updates = createJobUpdates(dialogue, refusedFields, identity, log)

  /** The answer of a call that brings secrets: they are hidden before anybody else sees them. */
  function hidden<T>(verdict: Verdict<T>): ServerAnswer<T> {
    if (verdict.kind === 'done') {
      const text = typeof verdict.value === 'string' ? verdict.value : JSON.stringify(verdict.value)
      for (const secret of secretTextsOf(text)) log.hide(secret)
    }
    return serverAnswer(verdict)
  }

  return {
    async acquire(request, signal) {
      const verdict = await ask(
        (spoken) => spoken.acquire(identity, request),
        (spoken, reply) => spoken.readAcquire(reply),
        signal,
      )
      return acquireAnswer(verdict)
    },

    update: (update, signal) => updates.update(update, signal),
    updateBulk: (list, signal) => updates.updateBulk(list, signal),

    async workerStatus(status, signal) {
      const worker = workerOf(identity)
      if (worker === undefined) return { kind: 'accepted', commands: [] }
      const verdict = await ask(
        (spoken) => spoken.workerStatus(worker, identity, status),
        (spoken, reply) => spoken.readWorkerStatus(reply),
        signal,
      )
      const answer = serverAnswer(verdict)
      return answer.kind === 'done' ? { kind: 'accepted', commands: [] } : answer
    },

    async jobStatus(ids, signal) {
      if (ids.length === 0) return []
      const verdict = await ask(
        (spoken) => spoken.jobStatus(ids),
        (spoken, reply) => spoken.readJobStatus(reply, ids),
        signal,
      )
      return verdict.kind === 'done' ? verdict.value : undefined
    },

    async jobCommands(ids, signal) {
      if (ids.length === 0) return { kind: 'done', value: [] }
      return serverAnswer(await call(jobCommandsCall, ids, signal))
    },

    workerNode: async (map, signal) => serverAnswer(await call(workerNodeCall, map, signal)),
    workerGpu: async (map, signal) => serverAnswer(await call(workerGpuCall, map, signal)),
    resourceTypes: async (signal) => serverAnswer(await call(resourceTypesCall, null, signal)),

    proxy: async (request, signal) => hidden(await call(proxyCall, request, signal)),
    async accessToken(request, signal) {
      if (request.tokenKey !== undefined) log.hide(request.tokenKey)
      return hidden(await call(accessTokenCall, request, signal))
    },
    tokenKey: async (clientName, signal) => hidden(await call(tokenKeyCall, clientName, signal)),
    keyPair: async (publicKeyName, privateKeyName, signal) =>
      hidden(await call(keyPairCall, { publicKeyName, privateKeyName }, signal)),
    async userSecrets(names, signal) {
      if (names.length === 0) return { kind: 'done', value: {} }
      return hidden(await call(userSecretsCall, names, signal))
    },

    eventRangesLeft: async (pool, signal) => serverAnswer(await call(rangesLeftCall, pool, signal)),
    acquireEventRanges: async (request, signal) => serverAnswer(await call(acquireRangesCall, request, signal)),
    updateEventRange: async (result, signal) => serverAnswer(await call(updateRangeCall, result, signal)),
    updateEventRanges: async (report, signal) => serverAnswer(await call(updateRangesCall, report, signal)),
    eventStates: async (jobs, signal) => serverAnswer(await call(eventStatesCall, jobs, signal)),

    async close() {
      await Promise.all([channel.close(), proxyChannel.close()])
    },
  }
}

/** The same sources without the token's names: getProxy is always called with the proxy. */
function withoutToken(sources: CredentialSources): CredentialSources {
  return {
    ...sources,
    environment: { ...sources.environment, OIDC_AUTH_TOKEN: undefined, PANDA_AUTH_TOKEN: undefined },
  }
}

function acquireAnswer(verdict: Verdict<readonly unknown[]>): AcquireAnswer {
  switch (verdict.kind) {
    case 'done':
      return verdict.value.length === 0
        ? { kind: 'none', text: 'the list of jobs is empty' }
        : { kind: 'jobs', definitions: verdict.value }
    case 'nothing':
      return { kind: 'none', text: verdict.text }
    case 'not-stored':
    case 'unknown':
      return { kind: 'unknown', text: verdict.text }
    default:
      return { kind: 'refused', text: verdict.text }
  }
}

/** An expired token is renewed by others, so the same call can still succeed. */
function serverAnswer<T>(verdict: Verdict<T>): ServerAnswer<T> {
  switch (verdict.kind) {
    case 'done':
      return verdict
    case 'expired':
    case 'not-stored':
    case 'unknown':
      return { kind: 'unknown', text: verdict.text }
    default:
      return { kind: 'refused', text: verdict.text }
  }
}
