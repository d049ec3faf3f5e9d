import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Judgement, judge } from './judge.ts'
import { type House, openWorld, type World } from './world.ts'

/** How one process of the pilot dies: at a boundary, or so many ms after it was started. */
export type Kill = { readonly boundary: string } | { readonly after: number }

export interface KillPlan {
  /** One for each process, in order; the process after the last one lives. */
  readonly kills: readonly Kill[]
  /** How long the payload runs, s. */
  readonly payloadSeconds: number
}

export interface KillRun extends Judgement {
  readonly plan: KillPlan
  /** Kills that took place, as said. */
  readonly killed: readonly string[]
  /** From the first kill to the first call of the restarted pilot, ms; undefined when it had nothing to say. */
  readonly recoveryMs: number | undefined
  /** From the first process to the end, ms. */
  readonly elapsedMs: number
  /** The pilot's own log. */
  readonly log: string
}

/** ms; a pilot that is not gone by then counts its job as lost. */
const deadline = 60_000

/** Runs one pilot through its kills to its end, and judges what became of its job. */
export async function killRun(house: House, plan: KillPlan): Promise<KillRun> {
  await using world = await openWorld(house, plan.payloadSeconds)
  const { supervised, log, killed, elapsedMs } = await supervise(house, world, plan)
  const own = world.notes.kills()
  const all = [...own.map(({ boundary, at }) => ({ name: boundary, at })), ...killed].sort((a, b) => a.at - b.at)
  return {
    ...(await judge(world, supervised)),
    plan,
    killed: all.map(({ name }) => name),
    recoveryMs: recovery(world, all[0]?.at),
    elapsedMs,
    log,
  }
}

/** The boundaries of a whole life without a kill, in the order in which they were reached, and how long it took, ms. */
export async function countBoundaries(
  house: House,
  payloadSeconds: number,
): Promise<{ readonly boundaries: readonly string[]; readonly elapsedMs: number; readonly judgement: Judgement }> {
  await using world = await openWorld(house, payloadSeconds)
  const { supervised, elapsedMs, log } = await supervise(house, world, { kills: [], payloadSeconds }, true)
  const judgement = await judge(world, supervised)
  if (judgement.outcome !== 'finished') throw new Error(`the job does not even finish without a kill:\n${log}`)
  return { boundaries: world.notes.boundaries(), elapsedMs, judgement }
}

interface TimedKill {
  readonly name: string
  readonly at: number
}

interface Supervised {
  readonly supervised: 'ended' | 'hung'
  readonly log: string
  readonly killed: readonly TimedKill[]
  readonly elapsedMs: number
}

async function supervise(house: House, world: World, { kills }: KillPlan, count = false): Promise<Supervised> {
  const startedAt = performance.now()
  const child = spawn(house.pilot, world.options, {
    cwd: world.launch,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: house.directory,
      TMPDIR: join(dirname(world.launch), 'tmp'),
      PILOT_NODE: process.execPath,
      NODE_COMPILE_CACHE: join(import.meta.dirname, '../../node_modules/.cache/compiled'),
      KILL_NOTES: dirname(world.notes.payloadFile),
      KILL_POINTS: JSON.stringify(kills.map((kill) => ('boundary' in kill ? kill.boundary : null))),
      ...(count ? { KILL_COUNT: 'yes' } : {}),
    },
  })
  const killed: TimedKill[] = []
  const late = kills.map((kill) => ('after' in kill ? kill.after : undefined))
  const orderKill = (process: number): void => {
    const after = late[process]
    if (after !== undefined) void killPilot(child, after, killed)
  }
  let log = ''
  let restarts = 0
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text
    if (!text.includes('is started again')) return
    restarts += 1
    orderKill(restarts)
  })
  orderKill(0)
  const giveUp = new AbortController()
  const ended = once(child, 'close').then(() => 'ended' as const)
  const hung = pause(deadline, 'hung' as const, { signal: giveUp.signal }).catch(() => 'ended' as const)
  const supervised = await Promise.race([ended, hung])
  giveUp.abort()
  if (supervised === 'hung') {
    for (const pid of childrenOf(child.pid)) process.kill(pid, 'SIGKILL')
    child.kill('SIGKILL')
  }
  return { supervised, log, killed, elapsedMs: performance.now() - startedAt }
}

/** Kills the process that bin/pilot runs now, so many ms from now; it is waited for when it is not there yet. */
async function killPilot(supervisor: ChildProcess, after: number, killed: TimedKill[]): Promise<void> {
  await pause(after)
  while (supervisor.exitCode === null && supervisor.signalCode === null) {
    const pilot = childrenOf(supervisor.pid).find((pid) => isPilot(pid))
    if (pilot === undefined) {
      await pause(2)
      continue
    }
    process.kill(pilot, 'SIGKILL')
    killed.push({ name: `${Math.round(after)} ms after its start`, at: Date.now() })
    return
  }
}

function childrenOf(pid: number | undefined): readonly number[] {
  return readProc(`${pid}/task/${pid}/children`).trim().split(' ').filter(Boolean).map(Number)
}

function isPilot(pid: number): boolean {
  return readProc(`${pid}/cmdline`).includes('src/main.ts')
}

function readProc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, 'latin1')
  } catch {
    return ''
  }
}

/** What still came from the killed process arrived before the next one was there. */
function recovery({ notes, calls }: World, killedAt: number | undefined): number | undefined {
  const restarted = notes.processes()[1]
  if (restarted === undefined || killedAt === undefined) return undefined
  const first = calls.find((at) => at >= restarted.startedAt)
  return first === undefined ? undefined : first - killedAt
}
