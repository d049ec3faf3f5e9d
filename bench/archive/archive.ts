import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createWorkers } from '../../src/workers/pool.ts'
import type { Workers } from '../../src/workers/port.ts'
import type { Bench, Contestant, Figures } from '../bench.ts'
import { atMost, compare, ours } from '../compare.ts'
import { versionOf } from '../machine.ts'
import { writeLargeLog, writeSmallLogs } from './job-directory.ts'
import { watched } from './watched.ts'

const units = { wall: 's', delay: 'ms', memory: 'MB' }

/** As many bytes of secrets as a pilot has: a token, and a proxy of some sixty lines. */
const secrets = ['token-', ...Array.from({ length: 60 }, (_, n) => `line ${n} of a proxy `)].map((text) =>
  Buffer.from(text.repeat(3)).toString('base64'),
)

/** Log archives: ours in a worker thread, secrets taken out; the peers as whole processes that only pack. */
export const archive: Bench = {
  question: 'how fast is a log archive written, and is the main thread held up meanwhile?',
  async run(options) {
    const home = await mkdtemp(join(tmpdir(), 'bench-archive-'))
    const workers = createWorkers()
    try {
      const [large, small] = [join(home, 'large'), join(home, 'small')]
      await Promise.all([mkdir(large), mkdir(small)])
      const largeBytes = await writeLargeLog(large)
      const logs = await writeSmallLogs(small)
      const python3 = await versionOf('python3', '--version')
      const tar = await versionOf('tar', '--version')
      const sides = (directory: string): Contestant[] => {
        const contestants = [own(workers, home, directory)]
        if (tar !== undefined) contestants.push(peer('GNU tar, gzip', home, directory, 'tar', tarWords))
        if (python3 !== undefined) contestants.push(peer('python3 tarfile', home, directory, 'python3', tarfileWords))
        return contestants
      }
      const one = await compare(`one log of ${largeBytes / 1e6} MB`, units, sides(large), options)
      const many = await compare(`${logs.files} logs, ${logs.bytes / 1e6} MB together`, units, sides(small), options)
      return {
        comparisons: [one, many],
        goals: [one, many].flatMap((comparison) => [
          atMost(`${comparison.what}: main thread's longest delay, ms`, ours(comparison, 'delay'), 20),
        ]),
        missing: [
          ...(tar === undefined ? [{ peer: 'GNU tar', why: 'there is no tar here' }] : []),
          ...(python3 === undefined ? [{ peer: 'python3 tarfile', why: 'there is no python3 here' }] : []),
        ],
        versions: { ...(tar === undefined ? {} : { tar }), ...(python3 === undefined ? {} : { python3 }) },
        remarks: [
          'all at gzip level 6; ours looks for secrets, syncs the file to disk and knows its checksum',
          "the peers' start-up, some 5 and 40 ms, is in their figures",
        ],
      }
    } finally {
      await workers.close()
      await rm(home, { recursive: true, force: true })
    }
  },
}

function own(workers: Workers, home: string, directory: string): Contestant {
  const target = join(home, 'ours.tgz')
  return {
    name: 'panda-pilot',
    run: () =>
      watched(async () => {
        const order = { directory, root: 'tarball', extra: [], leaveOut: [], secrets, target }
        const archived = await workers.archive(order)
        if (archived.kind === 'failed') throw new Error(archived.text)
      }),
  }
}

const tarWords = (target: string, directory: string) => ['-czf', target, '-C', directory, '.']

const tarfileWords = (target: string, directory: string) => [
  '-c',
  "import sys, tarfile\nwith tarfile.open(sys.argv[1], 'w:gz', compresslevel=6) as tar: tar.add(sys.argv[2], 'tarball')",
  target,
  directory,
]

function peer(
  name: string,
  home: string,
  directory: string,
  command: string,
  words: (target: string, directory: string) => readonly string[],
): Contestant {
  return {
    name,
    async run(): Promise<Figures> {
      const start = performance.now()
      await promisify(execFile)(command, words(join(home, 'peer.tgz'), directory))
      return { wall: (performance.now() - start) / 1000 }
    },
  }
}
