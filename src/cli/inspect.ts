import { Command, CommanderError } from 'commander'
import { readDatabase, type SeenJob } from '../database/reading.ts'
import type { JobKey } from '../job/ids.ts'
import { foldHistory } from '../job/job-state.ts'
import type { Recorded } from '../job/record.ts'
import { chooseJob, isJobName, noJobName } from './choose-job.ts'
import { hiderFor } from './hider.ts'
import { historyText, type InspectedJob, jobText, listText } from './inspect-views.ts'

interface Settings {
  readonly json: boolean
  readonly history: boolean
  readonly database: string
  readonly job: string | undefined
}

/** The command line was wrong, or there is no such database or job. */
const refusedExitCode = 2

/**
 * `pilot inspect [JOB]`: what the pilot database holds, also beside a pilot at work and of a damaged one. Resolves to the
 * exit code: 0; 1 when records are lost; 2 when there is nothing to show.
 */
export async function inspect(args: string[]): Promise<number> {
  const settings = readSettings(args)
  if (typeof settings === 'number') return settings
  const { job, database, json } = settings
  const seen = await readDatabase(database)
  if (seen.kind === 'refused') return refuse(seen.text)
  const jobs = seen.jobs.map(inspected)
  const lostSome = seen.notes.length > 0 || jobs.some(({ missing }) => missing.length > 0)
  for (const note of json ? [] : seen.notes) process.stderr.write(`pilot inspect: ${note}\n`)
  const exitCode = lostSome ? 1 : 0
  if (job === undefined) {
    const head = `${database}, ${seen.holder === undefined ? 'held by no pilot' : `held by ${seen.holder}`}\n\n`
    const { holder = null, notes } = seen
    process.stdout.write(json ? jsonText({ database, holder, notes, jobs: jobs.map(listed) }) : head + listText(jobs))
    return exitCode
  }
  const one = chooseJob(jobs, job, database)
  if (typeof one === 'string') return refuse(one)
  if (settings.history) {
    const { history: records, missing } = one
    process.stdout.write(json ? jsonText({ job: one.job, records, missing }) : historyText(one))
  } else {
    process.stdout.write(json ? jsonText({ ...listed(one), ...one.state }) : jobText(one))
  }
  return exitCode
}

/** The settings, or the exit code when there is nothing to do. */
function readSettings(args: string[]): Settings | number {
  const command = new Command('pilot inspect')
    .description('shows what the pilot database holds; secrets are hidden')
    .argument('[job]', 'PandaID or PandaID.attempt: everything of this job')
    .option('--history <job>', 'every record of this job with time and cause')
    .option('--database <dir>', 'directory of the pilot database', 'pilotdb')
    .option('--json', 'one JSON document on stdout', false)
    .exitOverride()
    .allowExcessArguments(false)
  try {
    const { history, ...given } = command
      .parse(args, { from: 'user' })
      .opts<{ history?: string; database: string; json: boolean }>()
    const job = history ?? command.args[0]
    if (job !== undefined && !isJobName(job)) return refuse(noJobName(job))
    if (history !== undefined && command.args.length > 0) return refuse('name the job once: --history JOB')
    return { ...given, job, history: history !== undefined }
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? 0 : refusedExitCode
  }
}

function refuse(text: string): number {
  process.stderr.write(`pilot inspect: ${text}\n`)
  return refusedExitCode
}

function inspected({ job, history, missing }: SeenJob): InspectedJob {
  const shown = history.map(hiderFor(history)) as Recorded[]
  return { job, history: shown, missing, state: foldHistory(shown) }
}

function listed({ job, state, history, missing }: InspectedJob) {
  const [PandaID, attemptNr] = (job satisfies JobKey).split('.').map(Number)
  return {
    job,
    PandaID,
    attemptNr,
    phase: state.phase ?? null,
    outcome: state.outcome ?? null,
    delivered: state.delivered,
    outbox: state.outbox.waiting.length,
    records: history.length,
    missing,
    lastRecordAt: history.at(-1)?.at ?? null,
  }
}

function jsonText(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`
}
