import { parseDefinition } from '../job/definition.ts'
import { foldHistory } from '../job/job-state.ts'
import type { Recorded } from '../job/record.ts'
import { createRedactor } from '../job/redact.ts'

const secretFields = new Set(['secrets', 'pilotSecrets'])

/** Takes the secrets of this job's definition out of a value for people, wherever they turn up in it. */
export function hiderFor(history: readonly Recorded[]): (value: unknown) => unknown {
  const parsed = parseDefinition(foldHistory(history).definition?.definition)
  const { redact } = createRedactor(parsed.job?.secrets ?? [])
  return (value) => hidden(value, redact)
}

function hidden(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value)
  if (Array.isArray(value)) return value.map((each) => hidden(each, redact))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      secretFields.has(name) && each !== null && each !== '' ? '[hidden]' : hidden(each, redact),
    ]),
  )
}
