import { execFile } from 'node:child_process'
import { access, readFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { MissingPeer } from '../bench.ts'
import { versionOf } from '../machine.ts'
import { queue } from './job.ts'
import type { Launcher } from './launcher.ts'
import { argumentsOf, childrenOf, killProcess } from './process-table.ts'

export const pythonPilotName = 'Python pilot'

/**
 * The first process of the namespace. It goes on only when the isolation is real: it is pid 1, and sees no processes but
 * the few that make up this line.
 */
const isolated = `[ $$ = 1 ] || exit 99
[ $(ls /proc | grep -c "^[0-9]") -le 4 ] || exit 98
setsid "$@" & wait $!`

const unshare = ['--pid', '--fork', '--kill-child', '--mount-proc'] as const

/**
 * The Python pilot of a checkout, legacy dialect. At the end of a job it signals every orphan of its user, whoever
 * started it: so it runs in a PID namespace of its own, and with that search switched off as well.
 */
export function pythonPilot(checkout: string): Launcher {
  return {
    name: pythonPilotName,
    commandLine: ({ path, documents }, port) => ({
      command: 'unshare',
      argv: [
        [...unshare, 'bash', '-c', isolated, 'bash', 'python3', join(checkout, 'pilot.py')],
        ['--pilot-user', 'generic', '-q', queue, '-j', 'user', '-w', 'generic'],
        ['--url', 'http://127.0.0.1', '-p', String(port), '-b', '-t', '-y', '--cleanup', 'False'],
        ['--queuedata-url', documents.queue, '--storagedata-url', documents.endpoints],
        ['--baseurls', `http://127.0.0.1:${port}/trf/user`, '--use-rucio-traces', 'False', '--lifetime', '3600'],
      ].flat(),
      environment: {
        PATH: process.env.PATH ?? '',
        HOME: path,
        PYTHONPATH: checkout,
        LOCAL_AGIS_SCHEDCONF: documents.queues,
        PANDA_AUTH_TOKEN: 'token',
        PANDA_AUTH_ORIGIN: 'bench',
        PANDA_AUTH_DIR: `${path}/`,
        NO_CVMFS_OK: '1',
        PILOT_NOKILL: '1',
      },
    }),
    ownProcesses: interpreters,
    // With the first process of a namespace the kernel ends all others.
    kill: (root) => childrenOf(root).forEach(killProcess),
    longest: 300_000,
  }
}

/** The interpreter that runs the pilot, not what it forks. */
function interpreters(pid: number): readonly number[] {
  const [command = '', ...argv] = argumentsOf(pid)
  const isPilot = basename(command).startsWith('python') && basename(argv[0] ?? '') === 'pilot.py'
  return isPilot ? [pid] : childrenOf(pid).flatMap(interpreters)
}

/** One that can run here. */
export interface PythonPilot {
  readonly launcher: Launcher
  readonly versions: Readonly<Record<string, string>>
}

/** The Python pilot that PILOT3_DIR names, or why it cannot run on this machine. */
export async function findPythonPilot(named = process.env.PILOT3_DIR): Promise<PythonPilot | MissingPeer> {
  const missing = (why: string): MissingPeer => ({ peer: pythonPilotName, why })
  if (named === undefined || named === '') return missing('PILOT3_DIR names no checkout of it')
  const checkout = resolve(named)
  if (!(await works(access(join(checkout, 'pilot.py'))))) return missing(`there is no pilot.py in ${checkout}`)
  const run = promisify(execFile)
  const env = { ...process.env, PYTHONPATH: checkout }
  if (!(await works(run('python3', ['-c', 'import psutil'], { env })))) return missing('python3 has no psutil')
  if (!(await works(run('unshare', [...unshare, 'true'])))) {
    return missing('unshare may not make a PID namespace here, and without one it might end processes of others')
  }
  const version = await readFile(join(checkout, 'PILOTVERSION'), 'utf8').catch(() => 'unknown')
  const python3 = (await versionOf('python3', '--version')) ?? 'unknown'
  return { launcher: pythonPilot(checkout), versions: { [pythonPilotName]: version.trim(), python3 } }
}

async function works(attempt: Promise<unknown>): Promise<boolean> {
  return await attempt.then(
    () => true,
    () => false,
  )
}
