import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command, CommanderError } from 'commander'
import { demoJobs, demoScope } from '../../demo/jobs.ts'
import { deterministicPath } from '../storage/pfn.ts'
import type { DemoEvent, PilotExit } from './demo-events.ts'
import { startPilot } from './demo-pilot.ts'
import { createScreen, type Screen } from './demo-screen.ts'
import { type DemoServer, openDemoServer } from './demo-server.ts'
import { summary } from './demo-summary.ts'
import { demoDocument, differences, gatherFacts, type JobFacts } from './demo-verdict.ts'
import { emptyView, step } from './demo-view.ts'
import { sentenceOf } from './demo-words.ts'
import { type DemoWorld, makeTables, makeWorld, webPaths } from './demo-world.ts'

interface Settings {
  readonly json: boolean
  readonly keep: boolean
}

const refusedExitCode = 2
/** What a shell reports of a program that Ctrl-C ended. */
const interruptedExitCode = 130

/** Rows of each table. */
const tableRows = 1_000_000
/** The pilot is stopped after this, ms: the demo takes seconds, and must not hang on a machine where it cannot work. */
const longestRun = 300_000
const redrawMs = 100

/**
 * `npm run demo`: the stand-in server, three jobs and a real pilot, shown as it happens; then checked. Resolves to the
 * exit code: 0 when all went as it must, 1 when not, 2 for an option it does not know, 130 after Ctrl-C.
 */
export async function demo(args: string[]): Promise<number> {
  const settings = readSettings(args)
  if (typeof settings === 'number') return settings
  const directory = await mkdtemp(join(tmpdir(), 'panda-pilot-demo-'))
  let keep = settings.keep
  try {
    const exitCode = await run(directory, settings.json)
    keep ||= exitCode === 1
    return exitCode
  } catch (error) {
    process.stderr.write(`demo: it cannot be run here: ${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  } finally {
    if (keep)
      process.stderr.write(
        `Everything is kept in ${directory}; the pilot's log is pilot.log there, its database pilotdb.\n`,
      )
    else await rm(directory, { recursive: true, force: true })
  }
}

function readSettings(args: string[]): Settings | number {
  const command = new Command('npm run demo --')
    .description('a PanDA server stand-in with three jobs, and a real pilot that takes them')
    .option('--json', 'print one JSON document at the end instead of showing what happens', false)
    .option('--keep', 'keep the directory with everything: storage, documents, logs', false)
    .exitOverride()
    .allowExcessArguments(false)
  try {
    return command.parse(args, { from: 'user' }).opts<Settings>()
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? 0 : refusedExitCode
  }
}

async function run(directory: string, json: boolean): Promise<number> {
  const screen = json ? undefined : createScreen(process.stdout, Date.now)
  let view = emptyView(Date.now())
  const tell = (event: DemoEvent) => {
    const sentence = sentenceOf(event, view)
    view = step(view, event)
    if (sentence === undefined) screen?.refresh(view)
    else screen?.say(sentence, event.at, view)
  }
  screen?.line([{ text: 'panda-pilot demo', style: 'bold' }, { text: ': a PanDA server, three jobs, one real pilot' }])
  const redraw = setInterval(() => screen?.refresh(view), redrawMs)
  const signals = catchSignals()
  let server: DemoServer | undefined
  try {
    const world = await makeWorld(directory)
    const tables = await makeTables(world, tableRows, (table) =>
      tell({ type: 'demo.table', at: Date.now(), table, rows: tableRows }),
    )
    server = await openDemoServer(world, (event) => tell({ type: 'server', at: event.at, event }))
    const { url } = server
    const jobs = demoJobs(`${url}${webPaths.transform}`, tables, () => randomUUID().toUpperCase())
    server.offer(jobs)
    tell({ type: 'demo.server', at: Date.now(), url })
    for (const job of jobs) tell({ type: 'demo.job', at: Date.now(), job })
    if (signals.caught()) return interruptedExitCode
    const exit = await runPilot(world, url, tell, signals)
    tell({ type: 'demo.exit', at: Date.now(), exit })
    if (signals.caught()) return interruptedExitCode
    server.settle()
    const facts = await gatherFacts(server.panda, jobs, view, Date.now())
    const wrong = differences(facts, exit)
    clearInterval(redraw)
    screen?.end()
    if (screen === undefined) process.stdout.write(`${JSON.stringify(demoDocument(facts, wrong))}\n`)
    else {
      await showPlot(screen, world, jobs[1]?.stored[1] ?? '')
      for (const line of summary(facts)) screen.line(line)
      if (exit.exitCode !== 0) await showLogEnd(screen, world)
      conclude(screen, wrong, facts, (Date.now() - view.startedAt) / 1000)
    }
    return wrong.length === 0 ? 0 : 1
  } finally {
    clearInterval(redraw)
    screen?.end()
    signals.release()
    await server?.close()
  }
}

interface Signals {
  readonly caught: () => boolean
  /** What a signal does from now on, besides being remembered. */
  readonly pass: (to: () => void) => void
  readonly release: () => void
}

/** Ctrl-C and its like, and a reader of stdout that went away, must not end the demo before its pilot, its directory and the terminal are seen to. */
function catchSignals(): Signals {
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  let caught = false
  let receiver = () => {}
  const handle = () => {
    caught = true
    receiver()
  }
  for (const name of names) process.on(name, handle)
  process.stdout.once('error', handle).on('error', () => {})
  return {
    caught: () => caught,
    pass: (to) => {
      receiver = to
    },
    release: () => {
      for (const name of names) process.off(name, handle)
    },
  }
}

/** Runs the pilot to its end; a signal to the demo ends it earlier, a second one at once. */
async function runPilot(
  world: DemoWorld,
  url: string,
  tell: (event: DemoEvent) => void,
  signals: Signals,
): Promise<PilotExit> {
  const pilot = startPilot(world, url, tell)
  const timer = setTimeout(pilot.stop, longestRun)
  signals.pass(pilot.stop)
  try {
    return await pilot.ended
  } finally {
    clearTimeout(timer)
  }
}

/** The text plot that the second job left in storage. */
async function showPlot(screen: Screen, { storage }: DemoWorld, lfn: string): Promise<void> {
  const text = await readFile(join(storage, deterministicPath(demoScope, lfn)), 'utf8').catch(() => undefined)
  if (text === undefined) return
  screen.line([{ text: `\n${lfn}, from storage: `, style: 'bold' }, { text: text.trimEnd() }])
}

async function showLogEnd(screen: Screen, { pilotLog }: DemoWorld): Promise<void> {
  const text = await readFile(pilotLog, 'utf8').catch(() => '')
  screen.line([{ text: 'The pilot’s log ends with', style: 'bold' }])
  for (const line of text.trimEnd().split('\n').slice(-8)) screen.line([{ text: `  ${line}`, style: 'dim' }])
}

function conclude(screen: Screen, wrong: readonly string[], facts: readonly JobFacts[], seconds: number): void {
  for (const sentence of wrong) screen.line([{ text: '✘ ', style: 'red' }, { text: sentence }])
  if (wrong.length > 0) return
  const files = facts.flatMap(({ outputs }) => outputs).length
  const text = `As it must be: two jobs finished, one failed with exit code 65, ${files} files verified in storage`
  screen.line([{ text: '✔ ', style: 'green' }, { text: `${text}; ${seconds.toFixed(1)} s.` }])
}
