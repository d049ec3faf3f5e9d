import type { CutRow } from './cuts.ts'
import type { Row } from './run.ts'

/** What `--json` prints. */
export interface Report {
  /** Kinds of faults. */
  readonly faults: number
  /** Calls of a job's life at which each of them struck. */
  readonly calls: number
  /** Pilot processes. */
  readonly runs: number
  /** Bytes of answers behind which the client's answer was cut, without a process of its own. */
  readonly cuts: number
  readonly lost: number
  readonly duplicated: number
  readonly falseSuccess: number
  readonly disturbed: number
  /** Jobs handed over unheard: the pilot said so, the server's clock failed them. */
  readonly orphaned: number
  readonly peakRssMB: number
  readonly ok: boolean
  readonly skipped: readonly string[]
  readonly rows: readonly Row[]
  readonly cutRows: readonly CutRow[]
}

export function report(rows: readonly Row[], cutRows: readonly CutRow[], skipped: readonly string[]): Report {
  const sum = (of: (row: Row) => number): number => rows.reduce((total, row) => total + of(row), 0)
  const kinds = new Set(rows.map(({ fault }) => (/^cut at \d/.test(fault) ? 'cut' : fault)))
  return {
    faults: kinds.size,
    calls: new Set(rows.map(({ call }) => call)).size,
    runs: rows.length,
    cuts: cutRows.reduce((total, { positions }) => total + positions, 0),
    lost: sum(({ lost }) => lost),
    duplicated: sum(({ duplicated }) => duplicated),
    falseSuccess: sum(({ falseSuccess }) => falseSuccess),
    disturbed: sum(({ disturbed }) => disturbed),
    orphaned: sum(({ orphaned }) => orphaned),
    peakRssMB: Math.max(0, ...rows.map(({ peakRssMB }) => peakRssMB)),
    ok: rows.length > 0 && [...rows, ...cutRows].every(({ wrong }) => wrong.length === 0),
    skipped,
    rows,
    cutRows,
  }
}

/** For people: one line a fault, what is wrong, the sums. */
export function textOf(result: Report): string {
  const { rows, cutRows, skipped, ok, runs, faults, calls, cuts } = result
  const lines = [...new Set(rows.map(({ fault }) => fault))].map((fault) => {
    const own = rows.filter((row) => row.fault === fault)
    const struck = own.reduce((total, row) => total + row.struck, 0)
    const good = own.filter(({ wrong }) => wrong.length === 0).length
    const peak = Math.max(...own.map(({ peakRssMB }) => peakRssMB))
    return `${fault.padEnd(32)} ${good} of ${own.length} runs good, struck ${struck} times, at most ${peak} MB`
  })
  for (const { fault, call, dialect, times, wrong } of rows) {
    for (const text of wrong) lines.push(`WRONG ${fault} at ${call} (${dialect}, ${times} times): ${text}`)
  }
  for (const { call, dialect, framing, wrong } of cutRows) {
    for (const text of wrong) lines.push(`WRONG ${call} (${dialect}, ${framing}): ${text}`)
  }
  lines.push(...skipped.map((text) => `skipped: ${text}`))
  lines.push(`${faults} faults at ${calls} calls, ${runs} pilots, ${cuts} cuts at the client`)
  lines.push(
    (['lost', 'duplicated', 'falseSuccess', 'disturbed', 'orphaned', 'peakRssMB'] as const)
      .map((name) => `${name} ${result[name]}`)
      .join(', '),
  )
  return `${lines.join('\n')}\n${ok ? 'All is well.' : 'NOT WELL.'}\n`
}
