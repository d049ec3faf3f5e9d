import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createWorkers } from '../../src/workers/pool.ts'
import type { Bench, BenchOptions, Comparison, Goal, MissingPeer } from '../bench.ts'
import { against, atLeast, atMost, compare, ours } from '../compare.ts'
import { versionOf } from '../machine.ts'
import { type CPeer, compilePeers } from './c-peers.ts'
import { equalToZlib } from './cases.ts'
import {
  cFile,
  cKernel,
  forgetAttribute,
  inWorkers,
  kernel,
  manyInWorkers,
  memoryOf,
  oneThread,
  pythonFiles,
  pythonKernel,
  whole,
} from './contestants.ts'
import { type Files, fileBytes, writeFiles } from './files.ts'

const pilot = join(import.meta.dirname, '../../bin/pilot')
const rate = { rate: 'GB/s' }
const randomCases = 10_000
/** MB. */
const mostMemory = 16

/** adler32 of files in the page cache, beside the Python pilot, xrdadler32, and C with the best libraries. */
export const checksum: Bench = {
  question: 'how fast is a checksum, and what memory does it take?',
  async run(options) {
    const home = await mkdtemp(join(tmpdir(), 'bench-checksum-'))
    const workers = createWorkers({ maxThreads: 2, idleMilliseconds: 600_000 })
    try {
      const python3 = await versionOf('python3', '--version')
      const { peers, missing } = await compilePeers(home)
      const files = await writeFiles(home)
      const { large, small } = files
      const python = (...paths: readonly string[]) => (python3 === undefined ? [] : [pythonFiles(...paths)])
      const bestInC = peers.filter(({ name }) => name === 'libdeflate').map((peer) => cFile(peer, large))

      const single = [oneThread('panda-pilot, one thread', [large], fileBytes.large), ...python(large), ...bestInC]
      const one = await compare('1 GiB, one thread', rate, single, options)
      const pair = [inWorkers(workers, large, fileBytes.large), ...python(large), ...bestInC]
      const two = await compare('1 GiB, two workers that have started', rate, pair, options)
      const many = [
        manyInWorkers(workers, small, fileBytes.small),
        ...python(...small),
        oneThread('panda-pilot, one thread', small, fileBytes.small),
      ]
      const thousand = await compare(`${small.length} files of 256 KiB`, rate, many, options)
      const cache = await compareKernels(peers, python3 !== undefined, options)
      const process = await compareProcesses(files, python3 !== undefined, options)
      const memory = await compareMemory(files, python3 !== undefined, options)
      const equal = python3 === undefined ? undefined : await equalToZlib(home, randomCases)
      return {
        comparisons: [one, two, thousand, cache, process.comparison, ...memory],
        goals: [
          ...times(one, 'python3, as its pilot does', 3.5),
          ...times(two, 'python3, as its pilot does', 6.5),
          ...times(thousand, 'python3, as its pilot does', 3),
          ...times(cache, peers.some(({ name }) => name === 'zlib') ? 'zlib' : pythonKernel.name, 8),
          ...times(cache, 'ISA-L', 1.5),
          ...ratioAtMost(process.comparison, 'xrdadler32', 0.4),
          ...memory.flatMap((each) => [
            atMost(`${each.what}: panda-pilot, one thread, MB`, ours(each, 'memory'), mostMemory),
            ...memoryAtMost(each, 'panda-pilot, two warm workers'),
          ]),
          ...(equal === undefined
            ? []
            : [
                atLeast('random cases equal to zlib: kernel', equal.kernel, randomCases),
                atLeast('random cases equal to zlib: plain TypeScript', equal.plain, randomCases),
              ]),
        ],
        missing: [
          ...missing,
          ...process.missing,
          ...(python3 === undefined ? [{ peer: 'python3, and equality with zlib', why: 'there is no python3' }] : []),
        ],
        versions: {
          ...Object.fromEntries(peers.map(({ name, version }) => [name, version])),
          ...(python3 && { python3 }),
          ...process.versions,
        },
        remarks: [
          'files are in the page cache; rates are taken inside each process and know nothing of its start, except of whole processes',
          'C reads into one block of 1 MiB at a page boundary, as we do',
          'memory is what a fresh process takes above its rest. Warm workers have started before; new ones have two threads, their pool and the loading of TypeScript sources in it, once, whatever they do',
        ],
      }
    } finally {
      await workers.close()
      await rm(home, { recursive: true, force: true })
    }
  },
}

function compareKernels(peers: readonly CPeer[], python: boolean, options: BenchOptions): Promise<Comparison> {
  const contestants = [kernel(), ...peers.map(cKernel), ...(python ? [pythonKernel] : [])]
  return compare('256 KiB in the cache', rate, contestants, options)
}

async function compareProcesses({ large }: Files, python: boolean, options: BenchOptions) {
  const xrdcp = await versionOf('xrdcp', '--version')
  const xrdadler32 = (await versionOf('sh', '-c', 'command -v xrdadler32')) !== undefined
  const why = !xrdadler32 ? 'there is no xrdadler32' : python ? undefined : 'no python3 to remove its attribute with'
  const nothing = async () => {}
  const forget = () => forgetAttribute(large)
  const comparison = await compare(
    '1 GiB, whole processes',
    { wall: 's' },
    [
      whole('bin/pilot checksum', nothing, pilot, 'checksum', large),
      ...(why === undefined ? [whole('xrdadler32', forget, 'xrdadler32', large)] : []),
      whole('cat, sums nothing', nothing, 'sh', '-c', 'cat "$1" >/dev/null', 'sh', large),
    ],
    options,
  )
  const missing: MissingPeer[] = why === undefined ? [] : [{ peer: 'xrdadler32', why }]
  return { comparison, missing, versions: xrdcp === undefined ? {} : { XRootD: xrdcp } }
}

/** Whatever the size of the file. */
async function compareMemory(
  { large, middle }: Files,
  python: boolean,
  options: BenchOptions,
): Promise<readonly Comparison[]> {
  const comparisons: Comparison[] = []
  for (const [what, path] of [
    ['1 GiB, memory', large],
    ['100 MB, memory', middle],
  ] as const) {
    const contestants = [
      memoryOf('panda-pilot, one thread', 'one thread', path),
      memoryOf('panda-pilot, two warm workers', 'warm workers', path),
      memoryOf('panda-pilot, two new workers', 'workers', path),
      ...(python ? [pythonFiles(path)] : []),
    ]
    comparisons.push(await compare(what, { memory: 'MB' }, contestants, options))
  }
  return comparisons
}

/** Our rate, so many times the peer's. */
function times(comparison: Comparison, peer: string, limit: number): readonly Goal[] {
  const ratio = against(comparison, peer, 'rate')
  return ratio === undefined ? [] : [atLeast(`${comparison.what}: times the rate of ${peer}`, ratio, limit)]
}

function ratioAtMost(comparison: Comparison, peer: string, limit: number): readonly Goal[] {
  const ratio = against(comparison, peer, 'wall')
  return ratio === undefined ? [] : [atMost(`${comparison.what}: part of the time of ${peer}`, ratio, limit)]
}

function memoryAtMost({ what, standings }: Comparison, name: string): readonly Goal[] {
  const found = standings.find((standing) => standing.name === name)?.figures.memory
  return found === undefined ? [] : [atMost(`${what}: ${name}, MB`, found.median, mostMemory)]
}
