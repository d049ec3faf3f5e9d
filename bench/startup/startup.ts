import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Bench, Contestant, Figures } from '../bench.ts'
import { atMost, compare, ours } from '../compare.ts'
import { versionOf } from '../machine.ts'
import { firstRequest } from './first-request.ts'

const pilot = join(import.meta.dirname, '../../bin/pilot')

/** From the start of the process, as a wrapper sees it. */
export const startup: Bench = {
  question: 'how long until the pilot asks for a job, and until it tells its version?',
  async run(options) {
    const directory = await mkdtemp(join(tmpdir(), 'bench-startup-'))
    try {
      const version = await compare(
        'bin/pilot --version',
        { wall: 's' },
        [whole('panda-pilot', pilot, '--version'), whole('node -e 0', process.execPath, '-e', '0'), ...python],
        options,
      )
      const request = await compare(
        'bin/pilot, process start to the first request at the server',
        { wall: 's' },
        [{ name: 'panda-pilot', run: () => firstRequest(pilot, directory) }],
        options,
      )
      const python3 = await versionOf('python3', '--version')
      return {
        comparisons: [version, request],
        goals: [
          atMost('bin/pilot --version, s', ours(version, 'wall'), 0.12),
          atMost('process start to first request, s', ours(request, 'wall'), 0.25),
        ],
        missing: [],
        versions: python3 === undefined ? {} : { python3 },
        remarks: [],
      }
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  },
}

const python: readonly Contestant[] = [whole('python3 -c pass', 'python3', '-c', 'pass')]

function whole(name: string, command: string, ...argv: readonly string[]): Contestant {
  return {
    name,
    async run(): Promise<Figures> {
      const start = performance.now()
      await promisify(execFile)(command, argv)
      return { wall: (performance.now() - start) / 1000 }
    },
  }
}
