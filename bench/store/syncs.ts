import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openWorld } from '../../faults/kill/world.ts'
import { historyOf } from '../../src/standin/model/history.ts'
import type { Contestant } from '../bench.ts'

const pilot = join(import.meta.dirname, '../../bin/pilot')

/**
 * What a whole small job puts on disk: bin/pilot with two inputs and two outputs, under strace. `database` are the syncs
 * of PilotDB's directory; the rest are files that were copied.
 */
export function wholeJob(directory: string): Contestant {
  return {
    name: 'panda-pilot',
    async run() {
      await using world = await openWorld({ directory, pilot, async [Symbol.asyncDispose]() {} }, 0)
      const trace = join(await mkdtemp(join(directory, 'trace-')), 'syncs')
      const strace = ['-f', '-qq', '-y', '-e', 'trace=fsync,fdatasync,msync', '-e', 'signal=none', '-o', trace]
      const child = spawn('strace', [...strace, pilot, ...world.options], {
        cwd: world.launch,
        stdio: 'ignore',
        env: { PATH: process.env.PATH, HOME: world.launch },
      })
      const [exitCode] = await once(child, 'exit')
      const isDone = historyOf(world.panda, world.pandaId).some(({ asked }) => asked === 'finished')
      if (!isDone) throw new Error(`the job did not finish; the pilot ended with ${exitCode}`)
      const calls = (await readFile(trace, 'utf8'))
        .split('\n')
        .filter((line) => /\b(fsync|fdatasync|msync)\(/.test(line))
      return { syncs: calls.length, database: calls.filter((line) => line.includes('/pilotdb')).length }
    },
  }
}
