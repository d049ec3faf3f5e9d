import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { demoQueue } from '../../demo/site.ts'
import { type PilotExit, parseSeen, type SeenEvent } from './demo-events.ts'
import { type DemoWorld, webPaths } from './demo-world.ts'

export interface RunningPilot {
  readonly ended: Promise<PilotExit>
  /** The first time politely: it ends its job and reports; after that at once. */
  readonly stop: () => void
}

/** Starts bin/pilot as its own process. `tell` hears what its `--json` prints; its log goes to `world.pilotLog`. */
export function startPilot(world: DemoWorld, url: string, tell: (event: SeenEvent) => void): RunningPilot {
  const log = openSync(world.pilotLog, 'a', 0o644)
  const child = spawn(join(import.meta.dirname, '../../bin/pilot'), pilotOptions(world, url), {
    cwd: world.work,
    env: pilotEnvironment(world),
    stdio: ['ignore', 'pipe', log],
    // Its own process group: Ctrl-C reaches it once, through `stop`, and not from the terminal as well.
    detached: true,
  })
  closeSync(log)
  if (child.stdout !== null) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = parseSeen(line)
      if (event !== undefined) tell(event)
    })
  }
  const ended = new Promise<PilotExit>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (exitCode, signal) => resolve({ exitCode, signal }))
  })
  let asked = false
  return {
    ended,
    stop: () => {
      child.kill(asked ? 'SIGKILL' : 'SIGTERM')
      asked = true
    },
  }
}

/** The options a wrapper at a site would give (contracts/pilot-core.md 1.1). */
function pilotOptions(world: DemoWorld, url: string): string[] {
  return [
    ['--url', url],
    ['--capath', world.authorities, '--cacert', world.client, '-t', '-y'],
    ['-q', demoQueue, '-j', 'user', '-b'],
    // It ends at the first answer without a job.
    ['-x', '1'],
    ['--queuedata-url', `${url}${webPaths.queues}`, '--storagedata-url', `${url}${webPaths.endpoints}`],
    ['--baseurls', `${url}/trf/user`, '--input-dir', world.storage],
    // Ten minutes: should the demo be killed, its pilot does not try to reach a server that is gone for days.
    ['--workdir', world.work, '--database', world.database, '--lifetime', '600', '--json'],
  ].flat()
}

/** Only what a process needs to live: no credential or setting of the person's own pilots gets into the demo. */
function pilotEnvironment(world: DemoWorld): NodeJS.ProcessEnv {
  const kept = ['PATH', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'USER', 'LOGNAME']
  const inherited = Object.fromEntries(kept.map((name) => [name, process.env[name]]))
  return { ...inherited, HOME: world.work, PILOT_NODE: process.execPath }
}
