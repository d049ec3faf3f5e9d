import { randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import type { JobDefinition } from './model/job.ts'
import { completeJob } from './trial-job.ts'

/** The jobs of a directory, in the order of its file names; or the first thing that is wrong, for people. */
export type JobFiles =
  | { readonly kind: 'jobs'; readonly jobs: readonly JobDefinition[] }
  | { readonly kind: 'refused'; readonly text: string }

const job = z.record(z.string(), z.json())
const jobFile = z.union([z.array(job), job])

/** Jobs without a PandaID are numbered from here. */
const firstFreePandaID = 1001

/**
 * Reads every *.json of a directory: one job, a list of jobs, or Harvester's {PandaID: job}. All or nothing: a file
 * that cannot be used refuses the whole directory.
 */
export async function readJobFiles(directory: string): Promise<JobFiles> {
  let names: string[]
  try {
    names = (await readdir(directory)).filter((name) => name.endsWith('.json')).sort()
  } catch (error) {
    return refused(`${directory} cannot be read (${messageOf(error)}): name a directory with job definitions`)
  }
  if (names.length === 0) return refused(`${directory} holds no *.json: put at least one job definition there`)
  const jobs: JobDefinition[] = []
  const owners = new Map<number, string>()
  let free = firstFreePandaID
  for (const name of names) {
    const file = join(directory, name)
    const read = await readOne(file)
    if (read.kind === 'refused') return read
    for (const raw of read.jobs) {
      while (owners.has(free)) free += 1
      const PandaID = raw.PandaID === undefined ? free : Number(raw.PandaID)
      if (!Number.isSafeInteger(PandaID) || PandaID <= 0) {
        return refused(`${file}: PandaID ${JSON.stringify(raw.PandaID)} is not a positive whole number`)
      }
      const owner = owners.get(PandaID)
      if (owner !== undefined) return refused(`${file}: PandaID ${PandaID} is in ${owner} too: every job needs its own`)
      owners.set(PandaID, file)
      const whole = completeJob(raw, PandaID, randomUUID())
      if (whole.kind === 'refused') return refused(`${file}: job ${PandaID}: ${whole.text}`)
      jobs.push(whole.definition)
    }
  }
  return { kind: 'jobs', jobs }
}

async function readOne(file: string): Promise<JobFiles> {
  let content: unknown
  try {
    content = JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    return refused(`${file} is not JSON: ${messageOf(error)}`)
  }
  const parsed = jobFile.safeParse(content)
  if (!parsed.success) return refused(`${file}: expected a job (an object), a list of jobs, or {"PandaID": job}`)
  if (Array.isArray(parsed.data)) return { kind: 'jobs', jobs: parsed.data }
  return { kind: 'jobs', jobs: harvesterJobs(parsed.data) ?? [parsed.data] }
}

/** Harvester's form: every key a PandaID, every value a job. */
function harvesterJobs(content: z.infer<typeof job>): JobDefinition[] | null {
  const jobs: JobDefinition[] = []
  for (const [key, value] of Object.entries(content)) {
    const inner = job.safeParse(value)
    if (!/^\d+$/.test(key) || !inner.success) return null
    jobs.push({ PandaID: Number(key), ...inner.data })
  }
  return jobs.length === 0 ? null : jobs
}

function refused(text: string): { kind: 'refused'; text: string } {
  return { kind: 'refused', text }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
