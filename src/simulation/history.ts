import { createHash } from 'node:crypto'
import { jobKey } from '../job/ids.ts'
import type { Happening } from './happening.ts'
import type { Breach, Watch } from './promises/promise.ts'
import { promises } from './promises/promises.ts'
import type { Scenario } from './scenario.ts'
import { type MakePilot, World } from './world.ts'

/** A history that was run and judged. */
export interface Run {
  readonly scenario: Scenario
  readonly steps: number
  /** SHA-256 of everything that happened, hexadecimal. */
  readonly hash: string
  readonly breaches: readonly Breach[]
}

export interface RunOptions {
  readonly makePilot?: MakePilot
  /** Hears of everything that happens. */
  readonly onHappening?: (happening: Happening, at: number) => void
}

/** Runs one world to its end under the eyes of every promise. The first breach of each promise is kept. */
export async function runHistory(scenario: Scenario, options: RunOptions = {}): Promise<Run> {
  const { makePilot, onHappening } = options
  const breaches: Breach[] = []
  const lines: string[] = []
  const watches: { readonly watch: Watch; readonly breach: (at: number, text: string | undefined) => void }[] = []
  const world = new World(
    scenario,
    (happening, at) => {
      lines.push(`${at} ${lineOf(happening)}`)
      onHappening?.(happening, at)
      for (const { watch, breach } of watches) breach(at, watch.see(happening, at))
    },
    makePilot,
  )
  for (const { name: promise, count, watch } of promises) {
    const breach = (at: number, text: string | undefined): void => {
      if (text === undefined || breaches.some((known) => known.promise === promise)) return
      breaches.push({ promise, count, at, text })
    }
    watches.push({ watch: watch(world), breach })
  }
  const stuck = (text: string): void => {
    if (breaches.some(({ promise }) => promise === 'liveness')) return
    breaches.push({ promise: 'liveness', count: 'stuck', at: world.clock.now, text })
  }
  const ended = await world.run(() => {
    for (let pilot = 0; pilot < scenario.pilots.length; pilot++)
      if (!world.isWaiting(pilot)) stuck(`pilot ${pilot} waits for nothing and has not ended`)
  })
  if (!ended) stuck(`no end after ${world.steps} steps`)
  const at = world.clock.now
  for (const { watch, breach } of watches) for (const text of watch.end?.(at) ?? []) breach(at, text)
  if (ended)
    for (const job of world.panda.jobs.values()) {
      if (job.outcome === null && job.state !== 'activated')
        stuck(`the server still has ${job.PandaID} as ${job.state}`)
    }
  const hash = createHash('sha256').update(lines.join('\n')).digest('hex')
  return { scenario, steps: world.steps, hash, breaches }
}

/** A happening in one line: enough to tell two histories apart. */
function lineOf(happening: Happening): string {
  switch (happening.type) {
    case 'update.sent':
    case 'update.heard':
    case 'update.answered': {
      const { type, pilot, update } = happening
      const said = happening.type === 'update.heard' ? happening.command : ''
      const answer = happening.type === 'update.answered' ? `${happening.answer} ${happening.commands.join(',')}` : ''
      return `${type} ${pilot} ${jobKey(update)} ${update.state} ${update.final?.pilotError?.code ?? ''} ${said}${answer}`
    }
    case 'record.written': {
      const { type, pilot, key, record, durability, kept } = happening
      return `${type} ${pilot} ${key} ${record.kind} ${durability} ${kept}`
    }
    case 'payload.ended':
      return `${happening.type} ${happening.pilot} ${happening.key} ${JSON.stringify(happening.truth.end)}`
    default:
      return JSON.stringify(happening)
  }
}
