import * as z from 'zod/mini'
import type { Reply } from './exchange.ts'
import { parseJson } from './json.ts'
import { glimpsed, quoted, readCode, readHttp, refusedField, type Verdict } from './verdict.ts'

const envelope = z.object({
  success: z.catch(z.boolean(), false),
  message: z.catch(z.string(), ''),
  data: z.optional(z.unknown()),
})
const coded = z.object({ StatusCode: z.int() })

/** The texts of contracts/panda-server.md 1.5, 4 and 9 that no repeat can change; any other failure may pass. */
const refusals = [
  /role/i,
  /^SSL secure connection is required/,
  /^expecting /,
  /^Argument error/,
  /^Type error/,
  /^Invalid /,
  /is banned$/,
  /not (in )?authorized/,
  /token key is (missing|invalid)/i,
  /^Failed for '.*' since .* is missing/,
] as const

/** Success and StatusCode are two levels: a failed update is `success: true` with code 10 or 30 (13 gotcha 19). */
export function readEnvelope(reply: Reply): Verdict<unknown> {
  const http = readHttp(reply)
  if (http.kind !== 'body') return http
  const parsed = envelope.safeParse(parseJson(http.text))
  if (!parsed.success) return { kind: 'unknown', text: `the server's answer is no v1 answer: ${glimpsed(http.text)}` }
  const { success, message, data } = parsed.data
  const code = coded.safeParse(data)
  if (code.success && code.data.StatusCode !== 0) return readCode(code.data.StatusCode, message)
  if (success) return { kind: 'done', value: data }
  const text = `the server refused: ${quoted(message)}`
  if (/^no jobs/i.test(message)) return { kind: 'nothing', text: message }
  const field = refusedField(message, text)
  if (field !== undefined) return field
  return refusals.some((known) => known.test(message)) ? { kind: 'refused', text } : { kind: 'unknown', text }
}

/** The data of a good answer, in the form it must have. */
export function readData<T>(reply: Reply, schema: z.ZodMiniType<T>): Verdict<T> {
  const answer = readEnvelope(reply)
  if (answer.kind !== 'done') return answer
  const data = schema.safeParse(answer.value)
  if (data.success) return { kind: 'done', value: data.data }
  return { kind: 'unknown', text: `the server's answer holds no such data: ${z.prettifyError(data.error)}` }
}
