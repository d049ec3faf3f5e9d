import { readFile } from 'node:fs/promises'
import * as z from 'zod/mini'
import { readDatabase, type SeenJob } from '../database/reading.ts'
import { chooseJob } from './choose-job.ts'

/** A history in a file, or an array of them, each in the form that `pilot inspect --history JOB --json` prints. */
const historyFile = z.object({
  job: z.string(),
  records: z.array(z.object({ seq: z.number(), at: z.number(), record: z.looseObject({ kind: z.string() }) })),
  missing: z.optional(z.array(z.number())),
})
const historiesFile = z.array(historyFile)

export type ReadHistory =
  | { readonly kind: 'read'; readonly job: SeenJob; readonly notes: readonly string[] }
  | { readonly kind: 'refused'; readonly text: string }

/** The records of one job: of a database's directory, also one that a pilot holds, or of a `.json` file. */
export async function readHistory(source: string, name: string): Promise<ReadHistory> {
  try {
    const seen = source.endsWith('.json') ? await readHistoriesFile(source) : await readDatabase(source)
    if (seen.kind === 'refused') return seen
    const job = chooseJob(seen.jobs, name, source)
    return typeof job === 'string' ? { kind: 'refused', text: job } : { kind: 'read', job, notes: seen.notes }
  } catch (cause) {
    return { kind: 'refused', text: `${source} cannot be read: ${(cause as Error).message}` }
  }
}

async function readHistoriesFile(path: string) {
  const read: unknown = JSON.parse(await readFile(path, 'utf8'))
  const parsed = z.safeParse(historiesFile, Array.isArray(read) ? read : [read])
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`
    const form = 'write { "job": "PandaID.attempt", "records": [{ "seq": …, "at": …, "record": … }] }'
    return { kind: 'refused', text: `${path} is no history of a job${where}: ${form}` } as const
  }
  const jobs = parsed.data.map(({ job, records, missing }) => ({ job, history: records, missing: missing ?? [] }))
  return { kind: 'seen', jobs: jobs as unknown as readonly SeenJob[], notes: [] } as const
}
