import { spawnSync } from 'node:child_process'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The server's name as long as there is one. */
export const serverName = 'panda.faults.test'

/** Why a process cannot be given host names of its own here; undefined: it can. */
export function whyNoNames(): string | undefined {
  if (process.getuid?.() !== 0) return 'a mount namespace needs root'
  const tried = spawnSync('unshare', ['-m', 'mount', '--bind', '/etc/hosts', '/etc/hosts'], { encoding: 'utf8' })
  if (tried.status === 0) return undefined
  return `no mount namespace: ${tried.error?.message ?? tried.stderr.trim()}`
}

/** A Node whose process sees host names of its own, and the switch that lets the server's name vanish. */
export interface OwnNames {
  /** For PILOT_NODE. */
  readonly node: string
  exists(there: boolean): Promise<void>
}

export async function ownNames(directory: string): Promise<OwnNames> {
  const [hosts, order, node] = ['hosts', 'nsswitch.conf', 'node'].map((name) => join(directory, name))
  if (hosts === undefined || order === undefined || node === undefined) throw new Error('unreachable')
  // Written in place: the pilot's process holds the file itself, bound over /etc/hosts.
  const exists = (there: boolean): Promise<void> =>
    writeFile(hosts, there ? `127.0.0.1 localhost ${serverName}\n` : '127.0.0.1 localhost\n')
  await exists(true)
  await writeFile(order, 'hosts: files\n')
  const script = [
    '#!/bin/sh',
    `exec unshare -m sh -c 'mount --bind "${hosts}" /etc/hosts && mount --bind "${order}" /etc/nsswitch.conf && exec "$0" "$@"' "${process.execPath}" "$@"`,
  ]
  await writeFile(node, `${script.join('\n')}\n`)
  await chmod(node, 0o755)
  return { node, exists }
}
