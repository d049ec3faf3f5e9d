import { type JobKey, jobKey } from '../job/ids.ts'
import type { JobUpdate } from '../job/update.ts'
import { bulkUpdate } from './calls/bulk-update.ts'
import type { Dialect, WireCall } from './dialect.ts'
import type { Dialogue } from './dialogue.ts'
import type { PilotIdentity } from './identity.ts'
import { withKeptText, withText } from './kept-text.ts'
import type { ServerLog } from './log.ts'
import type { UpdateAnswer } from './port.ts'
import type { RefusedFields } from './refused-fields.ts'
import type { UpdateReply } from './update-reply.ts'
import type { Verdict } from './verdict.ts'

/** A database failure this often in a row for one job: from then on only what the job's outcome needs is sent. */
const patience = 3

/** Updates of one call, as Harvester sends them (contracts/panda-server.md 5.6). */
const mostAtOnce = 100

export interface JobUpdates {
  update(update: JobUpdate, signal: AbortSignal | undefined): Promise<UpdateAnswer>
  updateBulk(updates: readonly JobUpdate[], signal: AbortSignal | undefined): Promise<readonly UpdateAnswer[]>
}

/** The updates of jobs, one by one or together, with what the server refused of them before. */
export function createJobUpdates(
  dialogue: Dialogue,
  refusedFields: RefusedFields,
  identity: PilotIdentity,
  log: ServerLog,
): JobUpdates {
  const notStored = new Map<JobKey, number>()

  function build(spoken: Dialect, update: JobUpdate): WireCall {
    const failures = notStored.get(jobKey(update)) ?? 0
    return spoken.update(identity, update, failures >= patience ? 'essential' : 'all')
  }

  function answerTo(update: JobUpdate, verdict: Verdict<UpdateReply>): UpdateAnswer {
    const key = jobKey(update)
    if (verdict.kind === 'not-stored') notStored.set(key, (notStored.get(key) ?? 0) + 1)
    if (verdict.kind === 'done') {
      notStored.delete(key)
      for (const secret of verdict.value.pilotSecrets?.texts ?? []) log.hide(secret)
    }
    return updateAnswer(verdict)
  }

  async function together(updates: readonly JobUpdate[], signal: AbortSignal | undefined) {
    let sent: { readonly spoken: Dialect; readonly calls: readonly WireCall[] } | undefined
    const verdict = await dialogue.ask(
      (spoken) => {
        const calls = updates.map((update) => refusedFields.without(build(spoken, update)))
        sent = { spoken, calls }
        return bulkUpdate[spoken.name].request(calls, identity.harvesterId)
      },
      (spoken, reply) => bulkUpdate[spoken.name].read(reply, sent?.calls ?? []),
      signal,
    )
    return updates.map((update, at) => {
      const own: Verdict<UpdateReply> = verdict.kind === 'done' ? (verdict.value[at] ?? noWord) : verdict
      const call = sent?.calls[at]
      if (own.kind !== 'field-refused' || sent === undefined || call === undefined) return answerTo(update, own)
      const helped = refusedFields.remember(sent.spoken, call, own.field, own.text)
      return answerTo(update, { kind: helped ? 'unknown' : 'refused', text: own.text })
    })
  }

  return {
    async update(update, signal) {
      const kept = await withKeptText(update, log)
      const verdict = await dialogue.ask(
        (spoken) => build(spoken, kept),
        (spoken, reply, sent) => spoken.readUpdate(reply, sent),
        signal,
      )
      return answerTo(update, verdict)
    },

    async updateBulk(updates, signal) {
      const answers: UpdateAnswer[] = []
      for (let at = 0; at < updates.length; at += mostAtOnce) {
        const some = updates.slice(at, at + mostAtOnce).map((update) => withText(update, log))
        answers.push(...(await together(await Promise.all(some), signal)))
      }
      return answers
    },
  }
}

const noWord: Verdict<UpdateReply> = { kind: 'unknown', text: 'the answer holds no word about this update' }

/** An expired token is renewed by others while the job runs, so the same update can still succeed. */
function updateAnswer(verdict: Verdict<UpdateReply>): UpdateAnswer {
  switch (verdict.kind) {
    case 'done':
      return { kind: 'accepted', ...verdict.value }
    case 'expired':
    case 'not-stored':
    case 'unknown':
      return { kind: 'unknown', text: verdict.text }
    default:
      return { kind: 'refused', text: verdict.text }
  }
}
