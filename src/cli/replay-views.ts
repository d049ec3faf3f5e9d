import type { JobState } from '../job/job-state.ts'
import type { JobRecord } from '../job/record.ts'
import type { Step, StepFact, Verdict } from '../simulation/replay/step.ts'
import { findingText, outcomeText, recordText } from './inspect-record.ts'
import { heading, pairs, printable, table, timeText } from './inspect-table.ts'

/** A line per step: when, who, what, and the charts that are in another state since. */
export function stepsText(steps: readonly Step[]): string {
  const start = steps[0]?.at ?? 0
  const rows = steps.map((step, index) => [
    String(step.nth),
    secondsSince(start, step.at),
    actorOf(step.fact),
    factText(step.fact),
    changedText(steps[index - 1], step),
  ])
  return table(['STEP', 'SECONDS', 'FROM', 'FACT', 'STATES AFTER IT'], rows.map(shortened), ['STEP', 'SECONDS'])
}

/** One step with the state of every chart. */
export function stepText(steps: readonly Step[], step: Step): string {
  const start = steps[0]?.at ?? step.at
  const head = `Step ${step.nth}, ${timeText(step.at)} UTC, ${secondsSince(start, step.at)} s after the first`
  const fact = `${actorOf(step.fact)}: ${printable(factText(step.fact))}`
  return `${heading(head)}\n  ${fact}\n\n${pairs(Object.entries(step.states))}`
}

/** What the replay proves, in words. */
export function verdictText(verdict: Verdict, state: JobState, steps: number): string {
  const where = `${steps} steps`
  switch (verdict.kind) {
    case 'reached':
      return `The charts reach the recorded states: ${where}, ${stateText(state)}.\n`
    case 'incomplete':
      return `The charts reach the recorded states as far as records are left: ${where}; record ${verdict.missing} is lost.\n`
    case 'goes on': {
      const further = verdict.replayed === undefined ? 'does not end' : `writes ${described(verdict.replayed)}`
      return `The charts write every record, ${where}; then the job ${further}, which is not recorded.\n`
    }
    case 'differs': {
      const { recorded, replayed, difference } = verdict
      const lines: [string, string][] = [
        ['recorded', described(recorded.record)],
        ['replayed', replayed === undefined ? 'no record' : described(replayed)],
      ]
      if (difference !== undefined) {
        const { path, recorded: then, replayed: now } = difference
        lines.push(['first difference', `${path}: ${shown(then)} recorded, ${shown(now)} replayed`])
      }
      return `The charts do not reach record ${recorded.seq}, after ${where}:\n${pairs(lines)}`
    }
  }
}

/** How the job ended then, and how it ends by what was supposed. */
export function comparisonText(then: JobState, supposed: JobState): string {
  return `${heading('Outcome')}\n${pairs([
    ['as recorded', stateText(then)],
    ['as supposed', stateText(supposed)],
  ])}`
}

function stateText({ phase, outcome, delivered }: JobState): string {
  const ended = outcome === undefined ? 'no outcome yet' : outcomeText({ kind: 'outcome', ...outcome })
  return `phase ${phase ?? 'none'}, ${ended}, ${delivered ? 'delivered' : 'not delivered'}`
}

function described(record: JobRecord): string {
  return `${record.kind} (${recordText(record)})`
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value)
}

const actorOfRecord: Readonly<Record<JobRecord['kind'], string>> = {
  definition: 'job',
  phase: 'job',
  finding: 'job',
  outcome: 'job',
  delivered: 'job',
  transfer: 'transfer',
  launching: 'payload',
  process: 'payload',
  'payload-ended': 'payload',
  message: 'reporter',
  acknowledged: 'reporter',
}

function actorOf(fact: StepFact): string {
  if (fact.kind === 'record') return actorOfRecord[fact.record.kind]
  if (fact.kind === 'told') return fact.finding.origin
  return fact.kind === 'life' ? 'pilot' : 'what-if'
}

function factText(fact: StepFact): string {
  switch (fact.kind) {
    case 'record':
      return `${fact.seq === undefined ? 'not as recorded: ' : ''}${recordText(fact.record)}`
    case 'told':
      return findingText(fact.finding)
    case 'life':
      return `the pilot process ended; the next one goes on from ${fact.from}`
    case 'supposed':
      return fact.text
  }
}

function changedText(before: Step | undefined, { states }: Step): string {
  const changed = Object.entries(states).filter(([chart, state]) => before?.states[chart] !== state)
  const gone = Object.keys(before?.states ?? {}).filter((chart) => states[chart] === undefined)
  return [...changed.map(([chart, state]) => `${chart} ${state}`), ...gone.map((chart) => `${chart} gone`)].join(', ')
}

function secondsSince(start: number, at: number): string {
  return ((at - start) / 1000).toFixed(3)
}

/** Width of a fact in the table. */
const widest = 72

function shortened(row: readonly string[]): readonly string[] {
  return row.map((cell, at) => (at === 3 && cell.length > widest ? `${cell.slice(0, widest - 1)}…` : cell))
}
