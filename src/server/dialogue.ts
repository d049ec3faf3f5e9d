import { abortText, beforeAbort } from './before-abort.ts'
import type { Call } from './calls/call.ts'
import type { Channel } from './channel.ts'
import type { Dialect, DialectName, WireCall } from './dialect.ts'
import type { Reply } from './exchange.ts'
import { legacyDialect } from './legacy-dialect.ts'
import type { ServerLog } from './log.ts'
import { probeDialect, type Send } from './probe.ts'
import type { RefusedFields } from './refused-fields.ts'
import { v1Dialect } from './v1-dialect.ts'
import type { Verdict } from './verdict.ts'

const dialects: Readonly<Record<DialectName, Dialect>> = { v1: v1Dialect, legacy: legacyDialect }

export interface DialogueOptions {
  readonly origin: string
  readonly channel: Channel
  /** Shows the X.509 proxy only. */
  readonly proxyChannel: Channel
  /** undefined = ask the server. */
  readonly dialect: DialectName | undefined
  readonly refusedFields: RefusedFields
  /** ms for one call with all its repeats. */
  readonly callTime: number
  /** Asked for once a call when the server finds the credential expired; then the call is made again, once. */
  readonly renewCredential?: (() => Promise<unknown>) | undefined
  readonly log: ServerLog
}

/** Question and answer with one server, whatever dialect it speaks. No call rejects; each ends within its time. */
export interface Dialogue {
  ask<T>(
    build: (spoken: Dialect) => WireCall | string,
    read: (spoken: Dialect, reply: Reply, sent: WireCall) => Verdict<T>,
    given: AbortSignal | undefined,
  ): Promise<Verdict<T>>
  call<Input, Value>(
    call: Call<Input, Value>,
    input: NoInfer<Input>,
    given: AbortSignal | undefined,
  ): Promise<Verdict<Value>>
}

/**
 * The dialect is found out with the first call, once for all callers, and changed once when the server turns out to
 * speak the other one.
 */
export function createDialogue(options: DialogueOptions): Dialogue {
  const { origin, channel, proxyChannel, refusedFields, callTime, log } = options
  let dialect = options.dialect && dialects[options.dialect]
  let mayChange = options.dialect === undefined
  let probing: ReturnType<typeof probeDialect> | undefined

  const sendBy =
    (signal: AbortSignal): Send =>
    async (spoken, call) => {
      const request = { ...(await spoken.encode(call)), once: call.once === true }
      return (call.withProxy === true ? proxyChannel : channel).send(request, signal)
    }

  async function probe(): ReturnType<typeof probeDialect> {
    const probed = await probeDialect(sendBy(AbortSignal.timeout(callTime)))
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

  const askOnce: Dialogue['ask'] = async (build, read, given) => {
    // AbortSignal.timeout would keep every call's timer, and what hangs on it, for the whole time.
    const limit = new AbortController()
    const timer = setTimeout(() => limit.abort(new DOMException('too late', 'TimeoutError')), callTime).unref()
    const signal = given === undefined ? limit.signal : AbortSignal.any([given, limit.signal])
    const send = sendBy(signal)
    try {
      for (;;) {
        const spoken = await chosen(signal)
        if (typeof spoken === 'string') return { kind: 'unknown', text: spoken }
        const built = build(spoken)
        if (typeof built === 'string') return { kind: 'refused', text: built }
        const call = refusedFields.without(built)
        const verdict = read(spoken, await send(spoken, call), call)
        log.debug(`${call.path}: ${verdict.kind}${verdict.kind === 'done' ? '' : `, ${verdict.text}`}`)
        if (verdict.kind === 'other-dialect' && changeFrom(spoken)) continue
        if (verdict.kind === 'field-refused' && refusedFields.remember(spoken, call, verdict.field, verdict.text))
          continue
        return verdict
      }
    } catch (error) {
      return { kind: 'unknown', text: `the call could not be made: ${error instanceof Error ? error.message : error}` }
    } finally {
      clearTimeout(timer)
    }
  }

  const ask: Dialogue['ask'] = async (build, read, given) => {
    const verdict = await askOnce(build, read, given)
    if (verdict.kind !== 'expired' || options.renewCredential === undefined) return verdict
    log.warning(`the credential is refused: ${verdict.text}`)
    await options.renewCredential()
    return askOnce(build, read, given)
  }

  return {
    ask,
    // Without renewal: these calls are what renews a credential.
    call: (call, input, given) =>
      askOnce(
        (spoken) => call[spoken.name].request(input),
        (spoken, reply) => call[spoken.name].read(reply, input),
        given,
      ),
  }
}
