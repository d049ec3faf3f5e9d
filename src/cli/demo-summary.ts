import { type Phase, phases } from '../job/phases.ts'
import { type Span, stateStyle } from './demo-screen.ts'
import type { JobFacts } from './demo-verdict.ts'
import { bytesText } from './demo-words.ts'

const heading = (text: string): Span[] => [{ text, style: 'bold' }]
const nothing: Span[] = [{ text: '' }]

/** The tables at the end: what became of each job, what it left in storage, and where its time went. */
export function summary(facts: readonly JobFacts[]): Span[][] {
  return [
    nothing,
    heading(
      `${'JOB'.padEnd(25)}${'AT THE SERVER'.padEnd(15)}${'IN STORAGE'.padEnd(26)}${'SIZE'.padStart(8)}   ADLER32`,
    ),
    ...facts.flatMap(jobLines),
    nothing,
    ...timeTable(facts),
    nothing,
  ]
}

function jobLines({ job, serverState, pilotErrorCode, transExitCode, text, outputs }: JobFacts): Span[][] {
  const rows = outputs.map(({ lfn, size, adler32, found }): Span[] => {
    const same = found?.size === size && found.adler32 === adler32
    const mark: Span = same ? { text: ' ✔', style: 'green' } : { text: ' ✘', style: 'red' }
    return [{ text: lfn.padEnd(26) }, { text: `${bytesText(size).padStart(8)}   ${adler32}` }, mark]
  })
  const [first = [{ text: '–' }], ...others] = rows
  const name: Span[] = [{ text: `${job.pandaId}  `, style: 'bold' }, { text: job.title.padEnd(19) }]
  const state: Span = { text: serverState.padEnd(15), style: stateStyle(serverState) }
  const indent: Span = { text: ' '.repeat(40) }
  const why = `pilot error ${pilotErrorCode}, trans exit code ${transExitCode ?? '–'}: ${text}`
  return [
    [...name, state, ...first],
    ...others.map((row) => [indent, ...row]),
    ...(pilotErrorCode === 0 ? [] : [[{ text: `${' '.repeat(6)}${why}`, style: 'red' } as const]]),
  ]
}

function timeTable(facts: readonly JobFacts[]): Span[][] {
  const columns = phases.filter((phase) => phase !== 'closed')
  const width = (phase: Phase) => phase.length + 2
  const cell = (value: number | undefined, size: number) =>
    (value === undefined ? '–' : value.toFixed(2)).padStart(size)
  return [
    heading(`${'SECONDS IN'.padEnd(19)}${columns.map((phase) => phase.padStart(width(phase))).join('')}     all`),
    ...facts.map(({ job, phases: seconds }): Span[] => {
      const all = Object.values(seconds).reduce((sum, value) => sum + value, 0)
      const cells = columns.map((phase) => cell(seconds[phase], width(phase))).join('')
      return [
        { text: `${job.pandaId}  `, style: 'bold' },
        { text: job.title.slice(0, 17).padEnd(13) },
        { text: `${cells}${cell(all, 8)}` },
      ]
    }),
  ]
}
