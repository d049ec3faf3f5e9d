import type { Reply } from './exchange.ts'
import { parseJson } from './json.ts'
import { glimpsed, readCode, readHttp, type Verdict } from './verdict.ts'

/** A StatusCode dictionary. */
export type Answer = Readonly<Record<string, unknown>>

/** Bare sentences instead of a StatusCode (contracts/panda-server.md 8). */
const refusals = [/role is required/, /^Invalid worker state/, /is banned$/] as const

/** Reads JSON and url-encoded answers alike: which one comes depends on server and proxy, not only on our Accept (1.3). */
export function readAnswer(reply: Reply): Verdict<Answer> {
  const http = readHttp(reply)
  if (http.kind !== 'body') return http
  const answer = parseAnswer(http.text)
  if (answer === undefined) {
    const kind = refusals.some((known) => known.test(http.text.trim())) ? 'refused' : 'unknown'
    return { kind, text: `the server's answer has no StatusCode: ${glimpsed(http.text)}` }
  }
  const code = Number(answer.StatusCode)
  if (code !== 0) return readCode(code, typeof answer.errorDialog === 'string' ? answer.errorDialog : '')
  return { kind: 'done', value: answer }
}

function parseAnswer(text: string): Answer | undefined {
  const parsed =
    parseJson(text) ?? (/^\s*StatusCode=/.test(text) ? Object.fromEntries(new URLSearchParams(text.trim())) : undefined)
  if (typeof parsed !== 'object' || parsed === null || !('StatusCode' in parsed)) return undefined
  return /^-?\d+$/.test(String(parsed.StatusCode)) ? { ...parsed } : undefined
}
