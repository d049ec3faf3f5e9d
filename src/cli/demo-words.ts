import { phaseWords } from '../job/assignment.ts'
import type { HistoryEvent } from '../standin/model/history.ts'
import type { DemoEvent, SeenEvent } from './demo-events.ts'
import type { DemoView } from './demo-view.ts'

/** A happening in words. `who` is a PandaID or the part of the demo that speaks. */
export interface Sentence {
  readonly who: string
  readonly text: string
  readonly tone: 'plain' | 'quiet' | 'heartbeat' | 'good' | 'bad'
}

/** What an event is worth saying; `before` is the view it changes. undefined: nothing. */
export function sentenceOf(event: DemoEvent, before: DemoView): Sentence | undefined {
  switch (event.type) {
    case 'demo.table': {
      const { lfn, size } = event.table
      return say('data', `${event.rows.toLocaleString('en')} muon pairs generated: ${lfn}, ${bytesText(size)}`, 'quiet')
    }
    case 'demo.server':
      return say('server', `a PanDA server (stand-in) at ${event.url} offers three jobs`, 'quiet')
    case 'demo.job':
      return say(String(event.job.pandaId), `${event.job.title}: ${event.job.about}`, 'plain')
    case 'demo.exit': {
      const { exitCode, signal } = event.exit
      const how = exitCode === null ? `ended by ${signal}` : `ended with exit code ${exitCode}`
      return say('pilot', `its process ${how}`, exitCode === 0 ? 'quiet' : 'bad')
    }
    case 'server':
      return fromServer(event.event, before)
    default:
      return fromPilot(event, before)
  }
}

function fromServer({ call, PandaID, asked, before, after, answer }: HistoryEvent, view: DemoView): Sentence {
  const who = String(PandaID)
  const change = before === after ? `the server keeps it ${after}` : `at the server ${before} → ${after}`
  switch (call) {
    case 'acquire':
      return say(who, `handed to the pilot: ${change}`, 'plain')
    case 'update': {
      const command = answer === '' || answer === 'NULL' ? '' : `, answer ${answer}`
      const number = (view.jobs.find(({ pandaId }) => pandaId === PandaID)?.updates ?? 0) + 1
      const kind = asked === 'finished' || asked === 'failed' ? 'final report' : `heartbeat ${number}`
      return say(who, `♥ ${kind} “${asked}”: ${change}${command}`, 'heartbeat')
    }
    case 'adder': {
      const why = answer === '' ? '' : ` (${answer})`
      return say(who, `the Adder checked its files: ${change}${why}`, after === 'finished' ? 'good' : 'bad')
    }
    case 'watcher':
    case 'kill':
    case 'command':
    case 'debug':
      return say(who, `${call}: ${change} ${answer}`.trimEnd(), 'bad')
  }
}

function fromPilot(event: SeenEvent, before: DemoView): Sentence | undefined {
  if (event.type === 'pilot.started') {
    return say('pilot', `panda-pilot ${event.version} on ${event.node} asks queue ${event.queue} for jobs`, 'quiet')
  }
  if (event.type === 'pilot.ended') return say('pilot', event.text, event.exitCode === 0 ? 'quiet' : 'bad')
  const who = String(event.pandaId)
  switch (event.type) {
    case 'job.phase':
      return event.phase === 'closed' ? undefined : say(who, phaseWords[event.phase], 'plain')
    case 'job.update':
      return event.accepted ? undefined : say(who, `the server did not take the update “${event.state}”`, 'bad')
    case 'transfer.progress':
      return progress(event, before)
    case 'transfer.ended': {
      const size = event.size === undefined ? '' : `, ${bytesText(event.size)}`
      const what = event.result === 'stored' ? (event.direction === 'in' ? 'is here' : 'is stored') : event.result
      const tone = event.result === 'stored' || event.result === 'absent' ? 'plain' : 'bad'
      return say(who, `  ${arrow(event.direction)} ${event.lfn} ${what}${size}`, tone)
    }
    case 'payload.started':
      return say(who, `  payload runs as process ${event.pid}`, 'plain')
    case 'payload.ended':
      return payloadEnd(who, event.end)
    case 'job.outcome':
      return event.outcome === 'finished'
        ? say(who, 'outcome: finished', 'good')
        : say(who, `outcome: failed, ${event.code} ${event.text}`, 'bad')
  }
}

/** One line a quarter of the file: enough for a log, where a bar shows the rest. */
function progress(event: Extract<SeenEvent, { type: 'transfer.progress' }>, before: DemoView): Sentence | undefined {
  const { pandaId, lfn, bytes, size, direction } = event
  if (size === undefined || size === 0 || bytes >= size) return undefined
  const job = before.jobs.find((candidate) => candidate.pandaId === pandaId)
  const earlier = job?.transfers.find((transfer) => transfer.lfn === lfn)?.bytes ?? 0
  const quarter = Math.floor((4 * bytes) / size)
  if (quarter === Math.floor((4 * earlier) / size)) return undefined
  return say(String(pandaId), `  ${arrow(direction)} ${lfn} ${25 * quarter} %`, 'quiet')
}

function payloadEnd(who: string, end: Extract<SeenEvent, { type: 'payload.ended' }>['end']): Sentence {
  if (end.kind === 'lost') return say(who, `  payload lost: ${end.text}`, 'bad')
  const cpu = end.cpuSeconds === undefined ? '' : `, ${end.cpuSeconds.toFixed(2)} s of CPU`
  if (end.kind === 'signalled') return say(who, `  payload ended by ${end.signal}${cpu}`, 'bad')
  return say(who, `  payload ended with exit code ${end.exitCode}${cpu}`, end.exitCode === 0 ? 'plain' : 'bad')
}

function arrow(direction: 'in' | 'out' | 'log'): string {
  return direction === 'in' ? '↓' : '↑'
}

function say(who: string, text: string, tone: Sentence['tone']): Sentence {
  return { who, text, tone }
}

/** `26.0 MB`; units of 1000. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  const kilo = bytes / 1000
  return kilo < 1000 ? `${kilo.toFixed(1)} kB` : `${(kilo / 1000).toFixed(1)} MB`
}
