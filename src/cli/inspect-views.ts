import type { SeenJob } from '../database/reading.ts'
import type { JobState } from '../job/job-state.ts'
import type { Recorded } from '../job/record.ts'
import { endText, findingText, outcomeText, recordText, transferText, updateText } from './inspect-record.ts'
import { heading, pairs, printable, rangesText, table, timeText } from './inspect-table.ts'

/** A job as it was seen, with what its records amount to. */
export interface InspectedJob extends SeenJob {
  readonly state: JobState
}

/** A line per job. */
export function listText(jobs: readonly InspectedJob[]): string {
  const rows = jobs.map(({ job, state, history, missing }) => [
    job,
    state.phase ?? '-',
    state.outcome?.outcome ?? '-',
    state.delivered ? 'yes' : 'no',
    String(state.outbox.waiting.length),
    String(history.length),
    missing.length === 0 ? '-' : String(missing.length),
    timeText(history.at(-1)?.at ?? Number.NaN),
    state.outcome === undefined || state.outcome.code === 0 ? '' : `${state.outcome.code} ${state.outcome.text}`,
  ])
  const columns = ['JOB', 'PHASE', 'OUTCOME', 'DELIVERED', 'OUTBOX', 'RECORDS', 'LOST', 'LAST RECORD (UTC)', 'ERROR']
  return rows.length === 0 ? 'no jobs\n' : table(columns, rows, ['OUTBOX', 'RECORDS', 'LOST'])
}

/** Everything of one job. */
export function jobText({ job, state, history, missing }: InspectedJob): string {
  const started = state.definition?.startTime
  const head: [string, string][] = [
    ['phase', state.phase ?? 'none yet'],
    ['outcome', state.outcome === undefined ? 'none yet' : outcomeText({ kind: 'outcome', ...state.outcome })],
    ['delivered', state.delivered ? 'yes' : 'no'],
    ['waiting', `${state.outbox.waiting.length} messages`],
    ['accepted', started === undefined ? 'not recorded' : `${timeText(started)} UTC`],
    ['directory', state.definition?.workDirectory ?? 'not recorded'],
    ['records', `${history.length}${missing.length === 0 ? '' : `, lost: ${rangesText(missing)}`}`],
  ]
  const parts: readonly (readonly [title: string, text: string])[] = [
    ['Definition', definitionText(state)],
    ['Transfers', transfersText(state)],
    ['Payload', payloadText(state)],
    [
      'Findings',
      state.findings.map((finding) => `  ${timeText(finding.at)}  ${printable(findingText(finding))}\n`).join(''),
    ],
    ['Messages', messagesText(history)],
  ]
  const shown = parts.map(([title, text]) => `\n${heading(title)}\n${text === '' ? '  none\n' : text}`)
  return `${heading(`Job ${job}`)}\n${pairs(head)}${shown.join('')}`
}

function definitionText({ definition }: JobState): string {
  const raw = definition?.definition
  if (typeof raw !== 'object' || raw === null) return ''
  return pairs(
    Object.entries(raw).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  )
}

function transfersText({ transfers }: JobState): string {
  return indented(
    table(
      ['WAY', 'LFN', 'STATE'],
      transfers.map(({ direction, lfn, state }) => [direction, lfn, transferText(state)]),
    ),
    transfers.length,
  )
}

function payloadText({ launching, process, end }: JobState): string {
  const lines: [string, string][] = []
  if (launching !== undefined) lines.push(['command line', launching.commandLine])
  if (process !== undefined) {
    const { pid, startTicks, bootId } = process.identity
    lines.push(
      ['process', `${pid}, started at tick ${startTicks} of boot ${bootId}`],
      ['status file', process.statusFile],
    )
  }
  if (end !== undefined) lines.push(['end', endText(end)])
  else if (launching !== undefined) lines.push(['end', 'not recorded'])
  return lines.length === 0 ? '' : pairs(lines)
}

function messagesText(history: readonly Recorded[]): string {
  const accepted = new Map(
    history.flatMap(({ at, record }) => (record.kind === 'acknowledged' ? [[record.id, at]] : [])),
  )
  const rows = history.flatMap(({ at, record }) => {
    if (record.kind !== 'message') return []
    const when = accepted.get(record.id)
    return [
      [
        String(record.id),
        timeText(at),
        when === undefined ? 'not accepted' : timeText(when),
        updateText(record.update),
      ],
    ]
  })
  return indented(table(['ID', 'WRITTEN (UTC)', 'ACCEPTED (UTC)', 'MESSAGE'], rows, ['ID']), rows.length)
}

function indented(text: string, rows: number): string {
  return rows === 0 ? '' : text.replaceAll(/^/gm, '  ').replace(/ +$/, '')
}

/** Every record with its time, the time since the one before, and the gaps where some are lost. */
export function historyText({ history, missing }: InspectedJob): string {
  const lost = missing.map((seq) => ({ seq, cells: ['', '', 'lost', 'this record cannot be read any more'] }))
  const found = history.map(({ seq, at, record }, index) => {
    const before = history[index - 1]?.at
    const after = before === undefined ? '' : `+${((at - before) / 1000).toFixed(3)}`
    return { seq, cells: [timeText(at), after, record.kind, recordText(record)] }
  })
  const rows = [...found, ...lost].sort((a, b) => a.seq - b.seq).map(({ seq, cells }) => [String(seq), ...cells])
  return table(['SEQ', 'TIME (UTC)', 'SECONDS', 'RECORD', 'WHAT'], rows, ['SEQ', 'SECONDS'])
}
