import type { ServerCommand } from '../job/commands.ts'
import { jobKey } from '../job/ids.ts'
import { abortText, beforeAbort } from './before-abort.ts'
import { createChannel } from './channel.ts'
import type { CredentialSources } from './credentials.ts'
import type { Dialect, DialectName, WireCall } from './dialect.ts'
import type { Reply } from './exchange.ts'
import { type PilotIdentity, workerOf } from './identity.ts'
import { legacyDialect } from './legacy-dialect.ts'
import type { ServerLog } from './log.ts'
import type { AcquireAnswer, JobServer, UpdateAnswer } from './port.ts'
import { probeDialect, type Send } from './probe.ts'
import { createRefusedFields } from './refused-fields.ts'
import { parseServerUrl } from './server-url.ts'
import { v1Dialect } from './v1-dialect.ts'
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

const dialects: Readonly<Record<DialectName, Dialect>> = { v1: v1Dialect, legacy: legacyDialect }

/** A database failure this often in a row for one job: from then on only what the job's outcome needs is sent. */
const patience = 3

/**
 * The real PanDA server. The dialect is found out with the first call, once for all callers, and changed once when the
 * server turns out to speak the other one.
 * @throws Error when the URL is none; its text is for people
 */
export function createJobServer(options: JobServerOptions): JobServer {
  const { identity, log, userAgent, credentials } = options
  const limits = { ...defaultLimits, ...options.limits }
  const url = parseServerUrl(options.url, options.port)
  if (url.kind === 'refused') throw new Error(url.text)
  const { origin, secure } = url
  const { connect: connectTimeout, largestAnswer } = limits
  const channel = createChannel({ origin, secure, userAgent, credentials, connectTimeout, largestAnswer, log })
  const refusedFields = createRefusedFields(log)
  const notStored = new Map<string, number>()

  let dialect = options.dialect && dialects[options.dialect]
  let mayChange = options.dialect === undefined
  let probing: ReturnType<typeof probeDialect> | undefined

  const sendBy =
    (signal: AbortSignal): Send =>
    async (spoken, call) =>
      channel.send(await spoken.encode(call), signal)

  async function probe(): ReturnType<typeof probeDialect> {
    const probed = await probeDialect(sendBy(AbortSignal.timeout(limits.call)))
    if (probed.kind === 'dialect') {
      dialect = probed.dialect
      log.info(`${origin} speaks the ${dialect.name} dialect`)
    } else {
      log.warning(`${origin} is not understood yet: ${probed.text}`)
    }
    return probed
  }

  async function chosen(signal: AbortSignal): Promise<Dialect | string> {
    if (dialect !== undefined) return dialect
    probing ??= probe().finally(() => {
      probing = undefined
    })
    const probed = await beforeAbort(probing, signal)
    if (probed === undefined) return abortText(signal)
    return probed.kind === 'dialect' ? probed.dialect : probed.text
  }

  /** True when the call may be made again in the other dialect. */
  function changeFrom(spoken: Dialect): boolean {
    if (dialect !== spoken) return true
    if (!mayChange) return false
    mayChange = false
    dialect = spoken.name === 'v1' ? legacyDialect : v1Dialect
    log.warning(`${origin} does not speak the ${spoken.name} dialect: ${dialect.name} from now on`)
    return true
  }

  async function ask<T>(
    build: (spoken: Dialect) => WireCall,
    read: (spoken: Dialect, reply: Reply, sent: WireCall) => Verdict<T>,
    given: AbortSignal | undefined,
  ): Promise<Verdict<T>> {
    const limit = AbortSignal.timeout(limits.call)
    const signal = given === undefined ? limit : AbortSignal.any([given, limit])
    const send = sendBy(signal)
    try {
      for (;;) {
        const spoken = await chosen(signal)
        if (typeof spoken === 'string') return { kind: 'unknown', text: spoken }
        const call = refusedFields.without(build(spoken))
        const verdict = read(spoken, await send(spoken, call), call)
        log.debug(`${call.path}: ${verdict.kind}${verdict.kind === 'done' ? '' : `, ${verdict.text}`}`)
        if (verdict.kind === 'other-dialect' && changeFrom(spoken)) continue
        if (verdict.kind === 'field-refused' && refusedFields.remember(spoken, call, verdict.field, verdict.text))
          continue
        return verdict
      }
    } catch (error) {
      return { kind: 'unknown', text: `the call could not be made: ${error instanceof Error ? error.message : error}` }
    }
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

    async update(update, signal) {
      const key = jobKey(update)
      const failures = notStored.get(key) ?? 0
      const verdict = await ask(
        (spoken) => spoken.update(identity, update, failures >= patience ? 'essential' : 'all'),
        (spoken, reply, sent) => spoken.readUpdate(reply, sent),
        signal,
      )
      if (verdict.kind === 'not-stored') notStored.set(key, failures + 1)
      else if (verdict.kind === 'done') notStored.delete(key)
      return updateAnswer(verdict)
    },

    async workerStatus(status, signal) {
      const worker = workerOf(identity)
      if (worker === undefined) return { kind: 'accepted', commands: [] }
      const verdict = await ask(
        (spoken) => spoken.workerStatus(worker, identity, status),
        (spoken, reply) => spoken.readWorkerStatus(reply),
        signal,
      )
      return updateAnswer(verdict)
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

    close: () => channel.close(),
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

/** An expired token is renewed by others while the job runs, so the same update can still succeed. */
function updateAnswer(verdict: Verdict<readonly ServerCommand[]>): UpdateAnswer {
  switch (verdict.kind) {
    case 'done':
      return { kind: 'accepted', commands: verdict.value }
    case 'expired':
    case 'not-stored':
    case 'unknown':
      return { kind: 'unknown', text: verdict.text }
    default:
      return { kind: 'refused', text: verdict.text }
  }
}
