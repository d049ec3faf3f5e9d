import { basename, join } from 'node:path'
import type { DialectName } from '../../src/standin/dialect.ts'
import { queue } from './job.ts'
import type { Launcher } from './launcher.ts'
import { argumentsOf, childrenOf, killProcess, treeOf } from './process-table.ts'

const pilot = join(import.meta.dirname, '../../bin/pilot')

/** bin/pilot as a wrapper starts it, with the options of the reference run. */
export function ourPilot(dialect: DialectName): Launcher {
  return {
    name: `panda-pilot, ${dialect}`,
    commandLine: ({ path, documents }, port) => ({
      command: pilot,
      argv: [
        ['--pilot-user', 'generic', '-q', queue, '-j', 'user', '-w', 'generic', '--server-api', dialect],
        ['--url', 'http://127.0.0.1', '-p', String(port), '-b', '-t', '-y', '--cleanup', 'False'],
        ['--queuedata-url', documents.queue, '--storagedata-url', documents.endpoints],
        ['--baseurls', `http://127.0.0.1:${port}/trf/user`, '--use-rucio-traces', 'False', '--lifetime', '3600'],
      ].flat(),
      environment: { PATH: process.env.PATH ?? '', HOME: path, TMPDIR: path },
    }),
    ownProcesses(root) {
      const nodes = [root, ...childrenOf(root)].filter((pid) => basename(argumentsOf(pid)[0] ?? '') === 'node')
      return nodes.length === 0 || nodes.includes(root) ? nodes : [root, ...nodes]
    },
    // From the root down, so that nobody is left who could start the pilot again.
    kill: (root) => treeOf(root).forEach(killProcess),
    longest: 60_000,
  }
}
