import type { HerdFigures } from '../simulation/herd/figures.ts'
import type { HerdOrder } from '../simulation/herd/order.ts'
import { endings } from '../simulation/herd/tally.ts'
import { durationText } from './duration.ts'

/** A peak of more than so many times the mean is called a herd: servers are seldom built for more. */
const herdLimit = 3
/** Requests in a bin on average, of the pilots that were simulated, below which a peak may be chance. */
const fewestRequests = 100

/** What came of it, for people. */
export function herdText(order: HerdOrder, figures: HerdFigures, files: readonly string[]): string {
  const { pilots, sample, outage, how, jobLength, pauses, heartbeat, lostHeartbeat, grace, capacity } = order
  const { mean, peak, herd, binSeconds, waiting, halfTakenAfter, almostAllTakenAfter } = figures
  const requestsInBin = (mean * binSeconds * sample) / pilots
  const judgement = requestsInBin < fewestRequests ? ' (too few pilots to tell)' : herd > herdLimit ? ', a herd' : ''
  const rows: readonly (readonly [string, string])[] = [
    [
      'pilots',
      `${count(pilots)}, of which ${count(sample)} were simulated; jobs of ${durationText(jobLength)} on average`,
    ],
    [
      'server',
      `away for ${durationText(outage)}, requests ${how === 'refused' ? 'are refused' : 'get no answer'}${capacity === undefined ? '' : `; answers ${count(capacity)}/s`}`,
    ],
    [
      'reports',
      `tried again after ${durationText(pauses.first)}, doubled to ${durationText(pauses.most)}; heartbeats every ${durationText(heartbeat)}`,
    ],
    ['requests before', `${rate(mean)}/s on average`],
    [
      'after its return',
      `${rate(peak)}/s at most, within ${binSeconds} s: ${herd.toFixed(2)} times as many${judgement}`,
    ],
    [
      'slots that wait',
      `${count(waiting)} when the server returns; half of them are served after ${after(halfTakenAfter)}, 95 % after ${after(almostAllTakenAfter)}`,
    ],
    ['lost by waiting', `${count(figures.slotHoursWaited)} slot hours`],
    ...endings
      .filter((ending) => figures.jobs[ending] > 0)
      .map((ending) => ['jobs', `${count(figures.jobs[ending])} ${ending}`] as const),
    [
      'limits',
      `a pilot ends its job after ${durationText(lostHeartbeat)} without an answer; the server is patient for ${durationText(grace)} after its return`,
    ],
    ['pictures', files.join(', ')],
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  return `${rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`).join('\n')}\n`
}

function count(number: number): string {
  return Math.round(number).toLocaleString('en')
}

function rate(number: number): string {
  return number >= 10 ? count(number) : number.toPrecision(2)
}

function after(seconds: number | null): string {
  return seconds === null ? 'more time than was simulated' : durationText(seconds * 1000)
}
