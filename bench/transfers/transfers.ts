import { createWorkers } from '../../src/workers/pool.ts'
import { missingTools } from '../../test/storage/real-tools.ts'
import { startXrootd } from '../../test/storage/xrootd-server.ts'
import type { Bench, Comparison, MissingPeer } from '../bench.ts'
import { compare } from '../compare.ts'
import { versionOf } from '../machine.ts'
import { pythonCopy, shellLoop } from './bare.ts'
import { ourTool } from './ours.ts'
import { openPlaces } from './places.ts'

/** XRootD gets less: on two cores a client, a server and its checksums share what one needs. */
const loads = {
  mounted: [
    { what: '1 file of 1 GB', count: 1, size: 1_000_000_000 },
    { what: '100 files of 1 MB', count: 100, size: 1_000_000 },
  ],
  xrootd: [
    { what: '1 file of 250 MB', count: 1, size: 250_000_000 },
    { what: '20 files of 1 MB', count: 20, size: 1_000_000 },
  ],
} as const
const units = { wall: 's', rate: 'MB/s', perFile: 'ms a file', cpu: 's CPU' } as const

/** The pilot's way, verification included, beside tools that verify nothing, and beside Python, which does. */
export const transfers: Bench = {
  question: 'what does it take to bring files in and out?',
  async run(options) {
    const python3 = await versionOf('python3', '--version')
    const xrdcp = await versionOf('xrdcp', '--version')
    const noXrootd = missingTools('xrootd', 'xrdcp', 'xrdfs')
    const workers = createWorkers()
    const comparisons: Comparison[] = []
    try {
      for (const { what, count, size } of loads.mounted) {
        await using places = await openPlaces(count, size, workers)
        const python = (direction: 'in' | 'out') => (python3 === undefined ? [] : [pythonCopy(direction, places)])
        const ours = (name: 'cp' | 'mv', direction: 'in' | 'out') => ourTool(name, direction, places, workers)
        const incoming = [ours('cp', 'in'), ours('mv', 'in'), shellLoop('cp in', places), ...python('in')]
        comparisons.push(await compare(`${what} from mounted storage`, units, incoming, options))
        const outgoing = [ours('mv', 'out'), ...python('out')]
        comparisons.push(await compare(`${what} to mounted storage on the same disk`, units, outgoing, options))
      }
      for (const { what, count, size } of noXrootd === undefined ? loads.xrootd : []) {
        const server = await startXrootd({ checksums: true })
        await using places = await openPlaces(count, size, workers, server)
        for (const direction of ['in', 'out'] as const) {
          const contestants = [ourTool('xrdcp', direction, places, workers), shellLoop(`xrdcp ${direction}`, places)]
          comparisons.push(
            await compare(`${what} ${direction === 'in' ? 'from' : 'to'} XRootD`, units, contestants, options),
          )
        }
      }
    } finally {
      await workers.close()
    }
    return {
      comparisons,
      goals: [],
      missing: [
        ...(python3 === undefined ? [{ peer: 'python: shutil and zlib', why: 'there is no python3' }] : []),
        ...(noXrootd === undefined ? [] : [{ peer: 'xrdcp', why: noXrootd } satisfies MissingPeer]),
      ],
      versions: { ...(python3 && { python3 }), ...(xrdcp && { xrdcp }) },
      remarks: [
        'ours carries four files at once (with XRootD one, where the pilot has four) and reads each for its checksum; xrdcp of ours has the server compare it too',
        'ours puts a copy on disk before it counts (cp); cp, shutil and xrdcp leave that to the kernel. Sources are in the page cache',
        'the small XRootD server lets a client wait 5 s at times, whoever it is: there the minimum tells most',
        'CPU is that of a tool and all it starts, never that of the server',
      ],
    }
  },
}
