import { Command, CommanderError } from 'commander'
import { foldHistory } from '../job/job-state.ts'
import { type Replayed, replay } from '../simulation/replay/replay.ts'
import type { Step } from '../simulation/replay/step.ts'
import { parseSupposition, type Supposition, suppositionForms } from '../simulation/replay/suppose.ts'
import { isJobName, noJobName } from './choose-job.ts'
import { hiderFor } from './hider.ts'
import { readHistory } from './replay-source.ts'
import { stepThrough } from './replay-stepping.ts'
import { parseUntil, type Until } from './replay-until.ts'
import { comparisonText, stepsText, stepText, verdictText } from './replay-views.ts'

interface Settings {
  readonly database: string
  readonly job: string
  readonly json: boolean
  readonly until: Until | undefined
  readonly supposition: Supposition | undefined
}

/** The command line was wrong, or there is nothing that can be replayed. */
const refusedExitCode = 2

/**
 * `pilot replay DATABASE JOB`: a past job run through its charts again by its records. Resolves to the exit code: 0 when
 * the charts write the very records (or, with `--what-if`, when the change could be made); 1 when they do not, or
 * records are lost; 2 when there is nothing to replay.
 */
export async function replayJob(args: string[]): Promise<number> {
  const settings = readSettings(args)
  if (typeof settings === 'number') return settings
  const { database, job: name, json, until, supposition } = settings
  const read = await readHistory(database, name)
  if (read.kind === 'refused') return refuse(read.text)
  for (const note of json ? [] : read.notes) process.stderr.write(`pilot replay: ${note}\n`)
  const { job, history, missing } = read.job
  const start = history[0]?.at ?? 0
  const options = {
    ...(until && { until: (step: Step) => until(step, start) }),
    ...(supposition && { supposition }),
  }
  const replayed = await attempt(history, missing, options)
  if (replayed.kind === 'refused') return refuse(`job ${job} of ${database}: ${replayed.text}`)
  const hide = hiderFor(history)
  const shown = hide(replayed) as typeof replayed
  const then = hide(foldHistory(history)) as ReturnType<typeof foldHistory>
  const supposed = shown.steps.some(({ fact }) => fact.kind === 'supposed')
  if (supposition !== undefined && !supposed && shown.verdict.kind === 'reached') {
    return refuse(`the job has ${shown.steps.length} steps: there is no step ${supposition.step}`)
  }
  if (json) {
    const { steps, verdict, state } = shown
    process.stdout.write(`${JSON.stringify({ job, steps, verdict, state, recorded: then }, null, 2)}\n`)
  } else if (process.stdin.isTTY && process.stdout.isTTY) {
    const draw = (_: readonly Step[], step: Step) => stepText(shown.steps, shown.steps[step.nth - 1] ?? step)
    await stepThrough({ records: history, missing, supposition, count: shown.steps.length, draw })
    process.stdout.write(`\n${endText(shown, then, supposed)}`)
  } else {
    process.stdout.write(`${stepsText(shown.steps)}\n${endText(shown, then, supposed)}`)
  }
  return shown.verdict.kind === 'reached' ? 0 : 1
}

/** Records of a file can be anything: what no pilot writes is refused, not thrown. */
async function attempt(...given: Parameters<typeof replay>): Promise<Replayed> {
  try {
    return await replay(...given)
  } catch (cause) {
    return { kind: 'refused', text: `its records are not as a pilot writes them: ${(cause as Error).message}` }
  }
}

function endText(
  { verdict, state, steps }: Extract<Replayed, { kind: 'replayed' }>,
  then: ReturnType<typeof foldHistory>,
  supposed: boolean,
): string {
  if (supposed) return comparisonText(then, state)
  return verdictText(verdict, state, steps.length)
}

function readSettings(args: string[]): Settings | number {
  const command = new Command('pilot replay')
    .description('runs a past job through its charts again, by its records, and proves that it reaches them')
    .argument(
      '<database>',
      'directory of the pilot database, or a .json file as `pilot inspect --history JOB --json` prints',
    )
    .argument('<job>', 'PandaID or PandaID.attempt')
    .option('--until <step>', 'ends after this step, or this time: 2026-01-31T12:00:00Z, or +12.5 s after the start')
    .option('--what-if <fact>', `what happens in place of a step: ${suppositionForms.join(', ')}`)
    .option('--json', 'one JSON document on stdout', false)
    .addHelpText('after', '\nOn a terminal the arrow keys go step by step; without one all steps are a table.')
    .exitOverride()
    .allowExcessArguments(false)
  try {
    const { until, whatIf, json } = command
      .parse(args, { from: 'user' })
      .opts<{ until?: string; whatIf?: string; json: boolean }>()
    const [database = '', job = ''] = command.args
    if (!isJobName(job)) return refuse(noJobName(job))
    const parsedUntil = until === undefined ? undefined : parseUntil(until)
    if (until !== undefined && parsedUntil === undefined) {
      return refuse(`--until ${until}: write a step, a UTC time like 2026-01-31T12:00:00Z, or +SECONDS`)
    }
    const supposition = whatIf === undefined ? undefined : parseSupposition(whatIf)
    if (whatIf !== undefined && supposition === undefined) {
      return refuse(`--what-if ${whatIf}: write one of ${suppositionForms.join(', ')}`)
    }
    return { database, job, json, until: parsedUntil, supposition }
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? 0 : refusedExitCode
  }
}

function refuse(text: string): number {
  process.stderr.write(`pilot replay: ${text}\n`)
  return refusedExitCode
}
