import type { Phase } from '../job/phases.ts'
import { type Span, stateStyle } from './demo-screen.ts'
import { isVerified, type JobFacts } from './demo-verdict.ts'
import { bytesText } from './demo-words.ts'

const heading = (text: string): Span[] => [{ text, style: 'bold' }]
const nothing: Span[] = [{ text: '' }]

/** The tables at the end: what became of each job, what it left in storage, and where its time went. */
export function summary(facts: readonly JobFacts[]): Span[][] {
  const columns = ['JOB'.padEnd(24), 'AT SERVER'.padEnd(11), 'IN STORAGE'.padEnd(24), 'SIZE'.padStart(8), '  ADLER32']
  return [nothing, heading(columns.join('')), ...facts.flatMap(jobLines), nothing, ...timeTable(facts), nothing]
}

function jobLines({ job, serverState, pilotErrorCode, transExitCode, text, outputs }: JobFacts): Span[][] {
  const rows = outputs.map((output): Span[] => [
    { text: `${output.lfn.padEnd(24)}${bytesText(output.size).padStart(8)}  ${output.adler32}` },
    isVerified(output) ? { text: ' ✔', style: 'green' } : { text: ' ✘', style: 'red' },
  ])
  const [first = [{ text: '–' }], ...others] = rows
  const name: Span[] = [{ text: `${job.pandaId}  `, style: 'bold' }, { text: job.title.padEnd(18) }]
  const state: Span = { text: serverState.padEnd(11), style: stateStyle(serverState) }
  const indent: Span = { text: ' '.repeat(35) }
  const why = `      trans exit code ${transExitCode ?? '–'}, pilot error ${pilotErrorCode}: ${text}`
  return [
    [...name, state, ...first],
    ...others.map((row) => [indent, ...row]),
    ...(pilotErrorCode === 0 ? [] : [[{ text: why, style: 'red' } as const]]),
  ]
}

const columns: readonly (readonly [phase: Phase, width: number])[] = [
  ['preparing', 11],
  ['stage-in', 10],
  ['payload', 9],
  ['stage-out', 11],
  ['log', 6],
  ['reporting', 11],
  ['cleaning', 10],
]

function timeTable(facts: readonly JobFacts[]): Span[][] {
  const cell = (value: number | undefined, width: number) => (value?.toFixed(2) ?? '–').padStart(width)
  return [
    heading(`SECONDS${columns.map(([phase, width]) => phase.padStart(width)).join('')}    all`),
    ...facts.map(({ job, phases }): Span[] => {
      const all = Object.values(phases).reduce((sum, seconds) => sum + seconds, 0)
      const cells = columns.map(([phase, width]) => cell(phases[phase], width)).join('')
      return [{ text: String(job.pandaId).padEnd(7), style: 'bold' }, { text: `${cells}${cell(all, 7)}` }]
    }),
  ]
}
