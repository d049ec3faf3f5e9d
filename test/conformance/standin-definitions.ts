import type { JobDefinition } from '../../src/standin/model/job.ts'
import type { RecordedAnswer } from './standin-recordings.ts'

/** What the server adds to a definition when it hands it out. */
const added = ['StatusCode', 'nSent']

/** The jobs of a recorded acquire answer, without what the call itself added. */
export function definitionsIn(answer: RecordedAnswer): JobDefinition[] {
  if (!answer.body.startsWith('{')) return [fromForm(answer.body)]
  const body = JSON.parse(answer.body)
  const jobs: Record<string, unknown>[] = body.data?.jobs ?? body.jobs ?? [body]
  return jobs.map((job) => Object.fromEntries(Object.entries(job).filter(([key]) => !added.includes(key))))
}

/** Another job of the same kind. */
export function likeness(definition: JobDefinition, changes: Record<string, unknown>): JobDefinition {
  return { ...definition, ...changes }
}

/** A url-encoded answer has lost the types: numbers come back where the dictionary has ints, null where it has None. */
function fromForm(text: string): JobDefinition {
  const texts = new Set(['checksum', 'fsize', 'GUID', 'jobName'])
  const pairs = [...new URLSearchParams(text)].filter(([key]) => !added.includes(key))
  return Object.fromEntries(
    pairs.map(([key, value]) => {
      if (value === 'None') return [key, null]
      return [key, /^\d+$/.test(value) && !texts.has(key) ? Number(value) : value]
    }),
  )
}
