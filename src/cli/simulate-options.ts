import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { productionPauses } from '../actors/reporter.ts'
import type { HerdOrder } from '../simulation/herd/order.ts'
import { periods } from '../simulation/world.ts'
import { durationForms, durationText, parseDuration } from './duration.ts'

/** What `pilot simulate` is asked for. */
export interface SimulateSettings {
  readonly order: HerdOrder
  /** Directory of the pictures. */
  readonly pictures: string
  readonly threads: number | undefined
  readonly json: boolean
}

interface Given {
  readonly pilots: number
  readonly outage: number
  readonly how: HerdOrder['how']
  readonly jobLength: number
  readonly capacity?: number
  readonly grace: number
  readonly firstPause: number
  readonly longestPause: number
  readonly jitter: number
  readonly heartbeat: number
  readonly lostHeartbeat: number
  readonly sample: number
  readonly seed: number
  readonly threads?: number
  readonly svg: string
  readonly json: boolean
}

const minute = 60_000
const hour = 60 * minute
/** Enough that chance makes no peaks, few enough for two minutes of two cores. */
const usualSample = 4000
/** Pilots live for a month at most. */
const longestTime = 7 * 24 * hour
/** The command line was wrong. */
const refusedExitCode = 2

/** Reads the words after `pilot simulate`: the settings, or the exit code when there is nothing to do. */
export function readSimulateSettings(args: readonly string[]): SimulateSettings | number {
  try {
    const given = command()
      .parse([...args], { from: 'user' })
      .opts<Given>()
    const { firstPause: first, longestPause: most, jitter: drawn, pilots, threads, svg, json } = given
    if (first > most) {
      return refuse(`--first-pause ${durationText(first)} is longer than --longest-pause ${durationText(most)}`)
    }
    const { outage, how, jobLength, capacity, grace, heartbeat, lostHeartbeat, seed } = given
    const order: HerdOrder = {
      ...{ pilots, sample: Math.min(pilots, given.sample), seed, outage, how, jobLength, capacity, grace },
      ...{ pauses: { first, most, drawn }, heartbeat, lostHeartbeat },
    }
    return { order, pictures: svg, threads, json }
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? 0 : refusedExitCode
  }
}

function command(): Command {
  const { first, most, drawn } = productionPauses
  return new Command('pilot simulate')
    .description(
      'shows what happens to many pilots, and to their server, when the server is away for some time: the production ' +
        'pilot, thinned to a sample, in a simulated grid whose slots always find a job',
    )
    .addOption(whole('--pilots <N>', 'slots of the grid, each with one pilot at a time', 1, 100_000))
    .addOption(time('--outage <time>', 'how long the server is away', 0, 3 * hour))
    .addOption(
      new Option('--how <way>', 'what a request meets meanwhile').choices(['refused', 'silent']).default('refused'),
    )
    .addOption(time('--job-length <time>', 'jobs take from a quarter of it to seven quarters', minute, 6 * hour))
    .addOption(whole('--capacity <N>', 'requests that the server can answer a second; without it any number', 1))
    .addOption(time('--grace <time>', 'the server is back so long before it gives up silent jobs', 0, 2 * hour))
    .addOption(time('--first-pause <time>', 'between the first two tries of a report', 1, first))
    .addOption(time('--longest-pause <time>', 'pauses are doubled until then', 1, most))
    .addOption(part('--jitter <part>', 'the part of a pause that is left to chance, from 0 to 1', drawn))
    .addOption(time('--heartbeat <time>', 'period of the reports of a running job', 1000, periods.heartbeat))
    .addOption(
      time(
        '--lost-heartbeat <time>',
        'a pilot without an answer for so long ends its job',
        1000,
        periods.lostHeartbeat,
      ),
    )
    .addOption(whole('--sample <N>', 'slots that are simulated; the others do alike', 1, usualSample))
    .addOption(whole('--seed <N>', 'decides everything that is left to chance', 0, 1))
    .addOption(whole('--threads <N>', 'threads to use; without it one for each core', 1))
    .option('--svg <directory>', 'where the pictures are written', 'pilot-simulation')
    .option('--json', 'one JSON document on stdout', false)
    .addHelpText(
      'after',
      `\nTimes are written ${durationForms}. Defaults of pauses and heartbeats are those of production.`,
    )
    .exitOverride()
    .allowExcessArguments(false)
}

function whole(flags: string, meaning: string, least: number, usual?: number): Option {
  const option = new Option(flags, meaning).argParser((text) => {
    if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text)
    throw new InvalidArgumentError(`Write a whole number of at least ${least}.`)
  })
  return usual === undefined ? option : option.default(usual)
}

function time(flags: string, meaning: string, least: number, usual: number): Option {
  return new Option(flags, meaning).default(usual, durationText(usual)).argParser((text) => {
    const duration = parseDuration(text)
    if (duration === undefined) throw new InvalidArgumentError(`Write a time: ${durationForms}.`)
    if (duration >= least && duration <= longestTime) return duration
    throw new InvalidArgumentError(`It may be from ${durationText(least)} to ${durationText(longestTime)}.`)
  })
}

function part(flags: string, meaning: string, usual: number): Option {
  return new Option(flags, meaning).default(usual).argParser((text) => {
    if (/^(0|1|0?\.\d+)$/.test(text)) return Number(text)
    throw new InvalidArgumentError('Write a number from 0 to 1.')
  })
}

function refuse(text: string): number {
  process.stderr.write(`pilot simulate: ${text}\n`)
  return refusedExitCode
}
