import type { Bench } from '../bench.ts'
import { against, atLeast, atMost, compare, ours } from '../compare.ts'
import { versionOf } from '../machine.ts'
import { pythonPeer } from '../peers.ts'
import { chartChain } from './chain.ts'
import { wholeJobs } from './whole-job.ts'

const python = 'python: threads with queue.Queue'
const units = { items: 'items/s', p50: 'ms hand-over', p99: 'ms hand-over' } as const
const stages = 6

export const actors: Bench = {
  question: 'what do the statecharts cost?',
  async run(options) {
    const python3 = await versionOf('python3', '--version')
    const peer = (length: number, items: number) =>
      python3 === undefined ? [] : [pythonPeer(python, 'queue_chain.py', String(length), String(items))]
    const one = await compare('events to one machine', units, [chartChain(1, 60_000), ...peer(1, 60_000)], options)
    const chain = await compare(
      `items through ${stages} machines, one after the other`,
      units,
      [chartChain(stages, 20_000), ...peer(stages, 20_000)],
      options,
    )
    const job = await compare(
      'a whole job with its real charts and bodies, everything outside done at once',
      { p50: 'ms', p99: 'ms', cpu: 'ms CPU', events: 'events' },
      [wholeJobs(100)],
      options,
    )
    const ratio = against(chain, python, 'items')
    return {
      comparisons: [one, chain, job],
      goals: [
        atMost(`hand-over through ${stages} machines, p99, ms`, ours(chain, 'p99'), 1),
        ...(ratio === undefined ? [] : [atLeast('items through the chain, part of Python’s queues', ratio, 0.5)]),
      ],
      missing: python3 === undefined ? [{ peer: python, why: 'there is no python3' }] : [],
      versions: python3 === undefined ? {} : { python3 },
      remarks: [
        'every machine is inspected; a hand-over is one item through the empty chain, an event to one machine likewise',
        'the Python pilot’s own queues are not measured: its threads look into them every 0.5 to 10 s, which is what a job waits there',
      ],
    }
  },
}
