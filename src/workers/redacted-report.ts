import type { JobReport } from '../job/job-report.ts'
import type { Redactor } from '../job/redact.ts'
import { asciiJson, textOf } from './reduced-text.ts'

/** Characters that are looked at together. */
const piece = 1 << 16

/** Characters of a text that is made again when it holds a secret: its tree takes up to 24 times as much. */
const mostCharacters = 32 << 20

/** The fields of a job report without secrets. */
export function redactedFields(report: JobReport, { redact }: Redactor): JobReport {
  return redactDeep(report, redact) as JobReport
}

/** The reduced report without secrets. The JSON text stays JSON; one that could not is left out, and so empty. */
export function redactedText(text: Uint8Array<SharedArrayBuffer>, redactor: Redactor): Uint8Array<SharedArrayBuffer> {
  if (!holdsSecret(text, redactor)) return text
  const redacted = Buffer.from(text.length > mostCharacters ? '' : redactJson(textOf(text), redactor.redact), 'latin1')
  const bytes = new Uint8Array(new SharedArrayBuffer(redacted.length))
  bytes.set(redacted)
  return bytes
}

/** Looked for in the text as it is: text by text it would take many times as long. */
function holdsSecret(text: Uint8Array<SharedArrayBuffer>, redactor: Redactor): boolean {
  const stream = redactor.stream()
  let compared = 0
  const isOther = (redacted: string) => {
    const start = compared
    compared += redacted.length
    return redacted !== textOf(text.subarray(start, compared))
  }
  for (let at = 0; at < text.length; at += piece) {
    if (isOther(stream.push(textOf(text.subarray(at, at + piece))))) return true
  }
  return isOther(stream.end())
}

function redactJson(text: string, redact: (text: string) => string): string {
  try {
    return asciiJson(redactDeep(JSON.parse(text), redact))
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
