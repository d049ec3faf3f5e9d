import * as z from 'zod/mini'
import { parseJson } from '../json.ts'
import { readData } from '../v1-answer.ts'
import { glimpsed, quoted, readHttp, type Verdict } from '../verdict.ts'
import { legacyPost, v1Get } from '../wire-calls.ts'
import type { Call } from './call.ts'

type Secrets = Readonly<Record<string, string>>

const dictionary = z.record(z.string(), z.unknown())
const pair = z.tuple([z.boolean(), z.unknown()])

/** creds/get_user_secrets, get_user_secrets (contracts/panda-server.md 9). */
export const userSecretsCall: Call<readonly string[], Secrets> = {
  v1: {
    request: (names) => v1Get('creds/get_user_secrets', { keys: names }),
    read(reply, names) {
      const answer = readData(reply, z.unknown())
      return answer.kind === 'done' ? secretsIn(answer.value, names) : answer
    },
  },
  legacy: {
    request: (names) => legacyPost('get_user_secrets', { keys: names.join(','), get_json: true }, ['keys']),
    /** `[true, {…}]` or `[false, why]`; the dictionary may be JSON text. */
    read(reply, names) {
      const http = readHttp(reply)
      if (http.kind !== 'body') return http
      const answer = pair.safeParse(parseJson(http.text))
      if (!answer.success) return { kind: 'unknown', text: `the server's answer is no pair: ${glimpsed(http.text)}` }
      const [good, content] = answer.data
      if (good) return secretsIn(content, names)
      const why = String(content)
      const kind = /secure connection|role|authorized/i.test(why) ? 'refused' : 'unknown'
      return { kind, text: `the server refused: ${quoted(why)}` }
    },
  },
}

/** The dictionary or its JSON text. A value that is no text is told as JSON. */
function secretsIn(content: unknown, names: readonly string[]): Verdict<Secrets> {
  const parsed = dictionary.safeParse(typeof content === 'string' ? parseJson(content) : content)
  if (!parsed.success) return { kind: 'unknown', text: 'the answer holds no dictionary of secrets' }
  const asked = Object.entries(parsed.data).filter(([name]) => names.includes(name))
  const texts = asked.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)])
  return { kind: 'done', value: Object.fromEntries(texts) }
}
