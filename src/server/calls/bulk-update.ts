import * as z from 'zod/mini'
import type { Dialect, DialectName, WireCall } from '../dialect.ts'
import type { Reply } from '../exchange.ts'
import { parseJson } from '../json.ts'
import { legacyDialect } from '../legacy-dialect.ts'
import type { UpdateReply } from '../update-reply.ts'
import { readData } from '../v1-answer.ts'
import { v1Dialect } from '../v1-dialect.ts'
import { glimpsed, quoted, readHttp, refusedField, type Verdict } from '../verdict.ts'
import { defined, legacyPost, v1Post } from '../wire-calls.ts'

/** Several updates in one call; each is the call it would be alone (contracts/panda-server.md 5.6). */
interface BulkForm {
  request(updates: readonly WireCall[], harvesterId: string | undefined): WireCall
  /** One verdict for each update, in order. */
  read(reply: Reply, updates: readonly WireCall[]): Verdict<readonly Verdict<UpdateReply>[]>
}

const pair = z.tuple([z.boolean(), z.unknown()])
const legacyItem = z.union([z.string(), z.object({ content: z.string() })])

export const bulkUpdate: Readonly<Record<DialectName, BulkForm>> = {
  v1: {
    request: (updates, harvesterId) =>
      v1Post(
        'pilot/update_jobs_bulk',
        defined({ job_list: updates.map(({ fields }) => fields), harvester_id: harvesterId }),
        ['job_list'],
      ),
    read(reply, updates) {
      const answer = readData(reply, z.array(z.unknown()))
      if (answer.kind !== 'done') return answer
      return { kind: 'done', value: readEach(v1Dialect, updates, answer.value.map(jsonText)) }
    },
  },
  legacy: {
    request: (updates, harvesterId) =>
      legacyPost(
        'updateJobsInBulk',
        defined({ jobList: JSON.stringify(updates.map(({ fields }) => fields)), harvester_id: harvesterId }),
        ['jobList'],
      ),
    /** `[true, […]]`, each answer url-encoded or JSON in JSON; `[false, why]` after the first exception. */
    read(reply, updates) {
      const http = readHttp(reply)
      if (http.kind !== 'body') return http
      const answer = pair.safeParse(parseJson(http.text))
      if (!answer.success) return { kind: 'unknown', text: `the server's answer is no pair: ${glimpsed(http.text)}` }
      const [good, content] = answer.data
      if (good && Array.isArray(content)) {
        return { kind: 'done', value: readEach(legacyDialect, updates, content.map(legacyText)) }
      }
      const said = `the server broke off: ${quoted(String(content))}`
      return refusedField(String(content), said) ?? { kind: 'unknown', text: said }
    },
  },
}

function readEach(dialect: Dialect, updates: readonly WireCall[], answers: readonly string[]): Verdict<UpdateReply>[] {
  return updates.map((update, at) => {
    const answer = answers[at]
    if (answer === undefined) return { kind: 'unknown', text: 'the answer holds no word about this update' }
    return dialect.readUpdate({ kind: 'answer', status: 200, body: Buffer.from(answer) }, update)
  })
}

function jsonText(value: unknown): string {
  return JSON.stringify(value) ?? ''
}

function legacyText(value: unknown): string {
  const item = legacyItem.safeParse(value)
  if (!item.success) return ''
  return typeof item.data === 'string' ? item.data : item.data.content
}
