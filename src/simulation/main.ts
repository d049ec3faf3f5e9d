// npm run simulate: histories of whole worlds under the eyes of every promise. stdout is the summary, stderr the talk.

import { join } from 'node:path'
import { help, parseArguments, type SimulateOrder } from './arguments.ts'
import { optionsFor } from './batch.ts'
import { breaks } from './breaks/breaks.ts'
import { type Campaign, profileOf, type Result, runCampaign } from './campaign.ts'
import { sequenceDiagram } from './diagram.ts'
import { runHistory } from './history.ts'
import { keepSeed } from './kept-seed.ts'
import { drawScenario } from './nemesis.ts'
import { shrink } from './shrink.ts'

type Order = Extract<SimulateOrder, { readonly kind: 'run' }>

const seedsDirectory = join(import.meta.dirname, '../../test/simulation/seeds')

function say(text: string): void {
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}\n` : `${text}\n`)
}

/** A bar that is drawn on a terminal only. */
function progress(of: number, what: string): (done: number, broken: number) => void {
  const width = 30
  return (done, broken) => {
    if (!process.stderr.isTTY) return
    const filled = Math.round((done / of) * width)
    const bar = `${'█'.repeat(filled)}${'·'.repeat(width - filled)}`
    process.stderr.write(done >= of ? '\r\x1b[K' : `\r\x1b[K${bar} ${done}/${of} ${what}, ${broken} broken`)
  }
}

function print(json: boolean, document: unknown, words: string): void {
  process.stdout.write(json ? `${JSON.stringify(document)}\n` : `${words}\n`)
}

/** Every promise in many histories. Resolves to whether all were kept. */
async function campaign({ order, threads, json }: Order): Promise<boolean> {
  const begun = performance.now()
  const done = await runCampaign(order, progress(order.histories, 'histories'), threads)
  const seconds = Math.round((performance.now() - begun) / 100) / 10
  const { histories, steps, counts, hash, broken } = done
  const { broken: others, ...figures } = counts
  const failures = broken.map(({ seed, breaches }) => ({ seed, profile: profileOf(seed, order), breaches }))
  print(
    json,
    { histories, steps, ...figures, otherwiseBroken: others, hash, seconds, failures },
    `${histories} histories, ${steps} steps in ${seconds} s: ${figures.lost} lost, ${figures.duplicated} duplicated, ` +
      `${figures.falseSuccess} false successes, ${figures.stuck} stuck, ${others} otherwise broken\nhash ${hash}`,
  )
  const first = broken[0]
  if (first !== undefined) await explain(first, order)
  return first === undefined
}

/** The first failure made small, drawn, and kept. */
async function explain({ seed, breaches: [breach] }: Result, order: Order['order']): Promise<void> {
  if (breach === undefined) return
  const { promise } = breach
  say(`seed ${seed} breaks "${promise}": ${breach.text}`)
  const scenario = await shrink(drawScenario(seed, profileOf(seed, order), order.size), promise)
  const { breaches } = await runHistory(scenario)
  const { text } = breaches.find((each) => each.promise === promise) ?? breach
  say(await sequenceDiagram(scenario))
  say(`kept as ${await keepSeed(seedsDirectory, { promise, text, scenario })}`)
}

interface Found {
  readonly name: string
  readonly found: boolean
  /** Histories needed; all that were run when it was not found. */
  readonly histories: number
  readonly promise: string
  readonly text: string
}

/** How many histories each bug needs to be found. Resolves to whether all were. */
async function findBugs({ order, threads, json }: Order, bugs: readonly string[]): Promise<boolean> {
  const found: Found[] = []
  for (const name of bugs) {
    const done = await runCampaign(
      { ...order, bug: name },
      progress(order.histories, `histories with "${name}"`),
      threads,
    )
    const result = foundBy(name, done)
    found.push(result)
    if (!json) print(false, result, wordsOf(result))
    const [seed, promise] = [done.broken[0]?.seed, result.promise]
    if (bugs.length > 1 || seed === undefined) continue
    const scenario = await shrink(drawScenario(seed, profileOf(seed, order), order.size), promise, () =>
      optionsFor(name),
    )
    say(await sequenceDiagram(scenario, optionsFor(name)))
  }
  if (json) print(true, { breaks: found.length, found: found.filter((each) => each.found).length, results: found }, '')
  return found.every((each) => each.found)
}

function foundBy(name: string, { histories, broken: [first] }: Campaign): Found {
  const breach = first?.breaches[0]
  return { name, found: breach !== undefined, histories, promise: breach?.promise ?? '', text: breach?.text ?? '' }
}

function wordsOf({ name, found, histories, promise, text }: Found): string {
  return found ? `${name}: found in history ${histories} (${promise}: ${text})` : `${name}: NOT found in ${histories}`
}

async function main(): Promise<number> {
  const order = parseArguments(process.argv.slice(2))
  switch (order.kind) {
    case 'help':
      process.stdout.write(help)
      return 0
    case 'refused':
      process.stderr.write(`${order.text}\n`)
      return 64
    case 'list': {
      const list = breaks.map(({ name, what }) => ({ name, what }))
      print(order.json, list, list.map(({ name, what }) => `${name}: ${what}`).join('\n'))
      return 0
    }
    case 'run':
      return (await (order.bugs === undefined ? campaign(order) : findBugs(order, order.bugs))) ? 0 : 1
  }
}

process.exitCode = await main()
