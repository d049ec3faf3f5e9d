import type { JobReport } from './job-report.ts'
import type { Redactor } from './redact.ts'

/** A payload's job report as it goes on to the server: its fields, and the reduced report as JSON text, or empty. */
export interface ReportTexts {
  readonly report: JobReport | undefined
  readonly metaData: string
}

/** The same without secrets. The JSON text stays JSON; one that could not is left out. */
export function redactReport({ report, metaData }: ReportTexts, { redact }: Redactor): ReportTexts {
  return {
    report: report === undefined ? undefined : (redactDeep(report, redact) as JobReport),
    // Text by text only where it is needed: a report may hold a million of them.
    metaData: redact(metaData) === metaData ? metaData : redactJson(metaData, redact),
  }
}

function redactJson(text: string, redact: (text: string) => string): string {
  try {
    return JSON.stringify(redactDeep(JSON.parse(text), redact))
  } catch {
    return ''
  }
}

function redactDeep(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value)
  if (Array.isArray(value)) return value.map((each) => redactDeep(each, redact))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [redact(name), redactDeep(each, redact)]))
}
