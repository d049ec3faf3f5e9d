import { asciiJson } from '../job/ascii-json.ts'
import type { JobReport } from '../job/job-report.ts'
import type { Redactor } from '../job/redact.ts'
import { pieceLength, type TextRoom } from './text-room.ts'

/** Characters of a text that is made again when it holds a secret: its tree takes up to 24 times as much. */
const mostCharacters = 32 << 20

/** The fields of a job report without secrets. */
export function redactedFields(report: JobReport, { redact }: Redactor): JobReport {
  return redactDeep(report, redact) as JobReport
}

/** Takes secrets out of the reduced report. It stays JSON; one that could not, or is too long for that, is left out. */
export function redactText(text: TextRoom, redactor: Redactor): void {
  if (!holdsSecret(text, redactor)) return
  const redacted = text.length > mostCharacters ? undefined : redactedJson(text.whole(), redactor.redact)
  if (redacted === undefined) text.leaveOut('a secret in it could not be taken out')
  else text.replace(redacted)
}

/** Looked for in the text as it is: text by text it would take many times as long. */
function holdsSecret(text: TextRoom, { finds, reach }: Redactor): boolean {
  for (const piece of text.pieces(reach)) {
    if (finds(piece, pieceLength)) return true
  }
  return false
}

function redactedJson(text: string, redact: (text: string) => string): string | undefined {
  try {
    return asciiJson(redactDeep(JSON.parse(text), redact))
  } catch {
    return undefined
  }
}

function redactDeep(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value)
  if (Array.isArray(value)) return value.map((each) => redactDeep(each, redact))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [redact(name), redactDeep(each, redact)]))
}
