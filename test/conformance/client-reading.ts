import type { EventReportAnswer } from '../../src/server/event-port.ts'
import type { Reply } from '../../src/server/exchange.ts'
import type { UpdateReply } from '../../src/server/update-reply.ts'
import { v1Dialect } from '../../src/server/v1-dialect.ts'
import type { Verdict } from '../../src/server/verdict.ts'
import { clientCall } from './client-calls.ts'
import type { RecordedRequest } from './recorded-request.ts'
import type { RecordedAnswer } from './standin-recordings.ts'

/** An answer as our channel would hand it on. */
function replyOf({ statusLine, body }: RecordedAnswer): Reply {
  return { kind: 'answer', status: Number(statusLine.split(' ')[1]), body: Buffer.from(body) }
}

/** What our client makes of an answer, in one line. Of calls that it never makes only the refusal counts. */
export function verdictOn(request: RecordedRequest, answer: RecordedAnswer): string {
  const read = clientCall(request)?.read ?? ((reply: Reply) => v1Dialect.readWorkerStatus(reply))
  return told(read(replyOf(answer)))
}

function told(verdict: Verdict<unknown>): string {
  if (verdict.kind !== 'done') return verdict.kind === 'field-refused' ? `field-refused ${verdict.field}` : verdict.kind
  return `done ${shown(verdict.value)}`.trim()
}

type Item = Readonly<Record<string, unknown>>

/** The value in few words: what the pilot would go by. */
function shown(value: unknown): string {
  if (typeof value !== 'object' || value === null) return value === null ? '' : String(value)
  if (Array.isArray(value)) return value.length === 0 ? 'nothing' : value.map(shownItem).join(', ')
  if ('verdicts' in value) return reportAnswer(value as EventReportAnswer)
  return 'commands' in value ? update(value as UpdateReply) : Object.keys(value).join(' ')
}

/** One job to run, verdict, range, job's state or resource type of a list. */
function shownItem(item: Item): string {
  if (item.kind !== undefined) return told(item as Verdict<unknown>)
  if (item.eventRangeID !== undefined) return `${item.eventRangeID} events ${item.startEvent} to ${item.lastEvent}`
  if (item.pandaId !== undefined) return `${item.pandaId} ${item.status} attempt ${item.attemptNr}`
  if (item.PandaID !== undefined) return `job ${item.PandaID}`
  return Object.values(item).join(' ')
}

function update({ commands, pilotSecrets }: UpdateReply): string {
  return [...commands.map(({ name }) => name), ...(pilotSecrets === undefined ? [] : ['with secrets'])].join(' ')
}

function reportAnswer({ verdicts, commands, settled }: EventReportAnswer): string {
  const said = commands.map(({ pandaId, commands: own }) => `${pandaId}: ${update({ commands: own }) || 'go on'}`)
  return [...verdicts, ...said, ...(settled ? [] : ['not settled'])].join(', ')
}
