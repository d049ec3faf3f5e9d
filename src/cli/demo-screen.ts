import type { WriteStream } from 'node:tty'
import { styleText } from 'node:util'
import type { Phase } from '../job/phases.ts'
import { type DemoView, type JobView, phaseSeconds, type TransferView } from './demo-view.ts'
import { bytesText, type Sentence } from './demo-words.ts'

type Style = Parameters<typeof styleText>[0]

/** A piece of a line; its width is known before it is coloured. */
export interface Span {
  readonly text: string
  readonly style?: Style | undefined
}

/** Shows the demo while it runs. */
export interface Screen {
  readonly say: (sentence: Sentence, at: number, view: DemoView) => void
  /** Draws the panel again: time has passed, or the view changed without a word. */
  readonly refresh: (view: DemoView) => void
  /** Takes the panel away; later lines are ordinary ones. */
  readonly end: () => void
  readonly line: (spans: readonly Span[]) => void
}

const tones: Readonly<Record<Sentence['tone'], Style | undefined>> = {
  plain: undefined,
  quiet: 'dim',
  heartbeat: 'magenta',
  good: 'green',
  bad: 'red',
}

/**
 * Lines as things happen; on a terminal with a panel of all jobs below them, drawn in place. `now` is ms since the
 * epoch. Colours as the stream and NO_COLOR allow.
 */
export function createScreen(stream: WriteStream | NodeJS.WritableStream, now: () => number): Screen {
  const terminal = 'isTTY' in stream && stream.isTTY ? stream : undefined
  let drawn = 0
  const coloured = (spans: readonly Span[]) =>
    spans.map(({ text, style }) => (style === undefined ? text : styleText(style, text, { stream }))).join('')
  const draw = (lines: readonly (readonly Span[])[], below: readonly (readonly Span[])[]) => {
    const up = drawn === 0 ? '' : `\x1b[${drawn}A\x1b[J`
    drawn = below.length
    stream.write(up + [...lines, ...below].map((line) => `${coloured(line)}\n`).join(''))
  }
  const panelOf = (view: DemoView) =>
    terminal === undefined ? [] : panel(view, now()).map((line) => cut(line, terminal.columns - 1))
  if (terminal !== undefined) terminal.write('\x1b[?25l')
  return {
    say: (sentence, at, view) => draw([spansOf(sentence, at - view.startedAt)], panelOf(view)),
    refresh: (view) => {
      if (terminal !== undefined) draw([], panelOf(view))
    },
    end: () => {
      if (terminal === undefined) return
      draw([], [])
      terminal.write('\x1b[?25h')
    },
    line: (spans) => draw([spans], []),
  }
}

function spansOf({ who, text, tone }: Sentence, elapsed: number): Span[] {
  const seconds = `${(elapsed / 1000).toFixed(2).padStart(7)} s  `
  return [
    { text: seconds, style: 'dim' },
    { text: `${who.padEnd(6)}  `, style: 'bold' },
    { text, style: tones[tone] },
  ]
}

const shown: readonly (readonly [phase: Phase, word: string])[] = [
  ['stage-in', 'in'],
  ['payload', 'payload'],
  ['stage-out', 'out'],
  ['log', 'log'],
  ['reporting', 'report'],
]

/** One line a job, not wider than 79 characters, and one for each file on its way. */
export function panel({ jobs }: DemoView, now: number): Span[][] {
  if (jobs.length === 0) return []
  const rows = jobs.flatMap((job) => [jobLine(job, now), ...job.transfers.map(transferLine)])
  return [[{ text: '' }], ...rows]
}

function jobLine(job: JobView, now: number): Span[] {
  const current = job.entered.at(-1)?.phase
  const over = current === 'cleaning' || current === 'closed'
  const visited = new Set(job.entered.map(({ phase }) => phase))
  const marks = shown.map(([phase, word]): Span => {
    if (phase === current) return { text: `● ${word} `, style: 'cyan' }
    if (phase === 'payload' && job.payloadFailed) return { text: `✘ ${word} `, style: 'red' }
    if (visited.has(phase)) return { text: `✔ ${word} `, style: 'green' }
    // A phase that was passed by will not come any more.
    return { text: `${over ? '–' : '·'} ${word} `, style: 'dim' }
  })
  const seconds = Object.values(phaseSeconds(job, now)).reduce((sum, value) => sum + value, 0)
  const time = job.entered.length === 0 ? '' : `${seconds.toFixed(1)} s`
  return [
    { text: `  ${job.pandaId}  `, style: 'bold' },
    { text: `${job.title.padEnd(17)} ` },
    ...marks,
    { text: `${job.serverState.padEnd(9)} `, style: stateStyle(job.serverState) },
    { text: time.padStart(6), style: 'dim' },
  ]
}

/** How a state at the server is coloured, here and in the table. */
export function stateStyle(state: string): Style {
  return state === 'finished' ? 'green' : state === 'failed' ? 'red' : state === 'activated' ? 'dim' : 'cyan'
}

const barWidth = 30

function transferLine({ lfn, bytes, size }: TransferView): Span[] {
  const share = size === undefined || size === 0 ? 0 : Math.min(1, bytes / size)
  const full = Math.round(share * barWidth)
  const of = size === undefined ? '' : ` of ${bytesText(size)}`
  return [
    { text: `        ${lfn.padEnd(18)} ` },
    { text: '━'.repeat(full), style: 'cyan' },
    { text: '─'.repeat(barWidth - full), style: 'dim' },
    { text: `  ${bytesText(bytes)}${of}` },
  ]
}

/** A line that would wrap would also spoil the count of lines to go back. */
function cut(spans: readonly Span[], width: number): Span[] {
  let left = width
  return spans.map((span) => {
    const text = span.text.slice(0, Math.max(0, left))
    left -= text.length
    return { ...span, text }
  })
}
