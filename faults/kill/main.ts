// npm run faults:kill: kill -9 at every effect boundary of a job, at random times, and again during the recovery.
// stdout is the summary, stderr the talk.

import { appendFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { type CampaignSize, planCampaign } from './campaign.ts'
import { countBoundaries, type KillPlan, type KillRun, killRun } from './kill-run.ts'
import { type Finished, longestRecovery, remarkOf, summarise } from './summary.ts'
import { openHouse } from './world.ts'

const mostTries = 5
const earlier = 0.7

/** Boundaries that a full job must at least have. */
const fewestPoints = 120

const help = `npm run faults:kill -- [options]
  --points N    die at N boundaries, spread evenly (all of them)
  --random N    die at N random times (200)
  --double N    die at a random boundary and again during the recovery, N times (50)
  --only TEXT   only boundaries with this text in their name, no random times
  --seed N      the same seed draws the same times (1)
  --at-once N   runs side by side (one for each core)
  --logs FILE   the pilot's log of every run that is worth a remark
  --json        print the summary as JSON
`

const { values } = parseArgs({
  options: {
    points: { type: 'string' },
    random: { type: 'string' },
    double: { type: 'string' },
    only: { type: 'string' },
    seed: { type: 'string', default: '1' },
    'at-once': { type: 'string', default: String(availableParallelism()) },
    logs: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

function number(name: string, text: string | undefined, otherwise: number): number {
  const value = text === undefined ? otherwise : Number(text)
  if (Number.isSafeInteger(value) && value >= 0) return value
  process.stderr.write(`--${name} wants a whole number, not "${text}"\n`)
  process.exit(64)
}

function say(text: string): void {
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}\n` : `${text}\n`)
}

function showProgress(done: number, of: number, wrong: number): void {
  if (!process.stderr.isTTY) return
  const width = 30
  const filled = Math.round((done / of) * width)
  const bar = `${'█'.repeat(filled)}${'·'.repeat(width - filled)}`
  process.stderr.write(`\r\x1b[K${bar} ${done}/${of} runs, ${wrong} wrong`)
}

if (values.help) {
  process.stdout.write(help)
  process.exit(0)
}

const alone = values.only !== undefined
const size: CampaignSize = {
  points: number('points', values.points, Number.MAX_SAFE_INTEGER),
  random: number('random', values.random, alone ? 0 : 200),
  double: number('double', values.double, alone ? 0 : 50),
  only: values.only,
  seed: number('seed', values.seed, 1),
}
const atOnce = Math.max(1, number('at-once', values['at-once'], 1))

const startedAt = performance.now()
await using house = await openHouse()
// The first life fills Node's compile cache; the second one is counted and timed.
await countBoundaries(house, 0.1)
const { boundaries, elapsedMs } = await countBoundaries(house, 0.1)
const waiting = [...planCampaign(boundaries, elapsedMs, size)]
const total = waiting.length
say(`${boundaries.length} effect boundaries in a life of ${Math.round(elapsedMs)} ms; ${total} runs, seed ${size.seed}`)

const finished: Finished[] = []
const isWrong = ({ run }: Finished): boolean => run.lost.length + run.duplicated.length + run.falseSuccess.length > 0

/** A kill that came when all was over is repeated earlier; a boundary that was not reached this time, again. */
async function untilKilled(plan: KillPlan): Promise<KillRun> {
  let run = await killRun(house, plan)
  for (let tries = 1; tries < mostTries && run.killed.length < plan.kills.length; tries++) {
    const kills = run.plan.kills.map((kill) => ('after' in kill ? { after: kill.after * earlier } : kill))
    run = await killRun(house, { ...plan, kills })
  }
  return run
}

async function worker(): Promise<void> {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const done = { ...next, run: await untilKilled(next.plan) }
    finished.push(done)
    const remark = remarkOf(done)
    if (remark !== undefined) {
      say(remark)
      if (values.logs !== undefined) appendFileSync(values.logs, `=== ${remark}\n${done.run.log}\n`)
    }
    showProgress(finished.length, total, finished.filter(isWrong).length)
  }
}

await Promise.all(Array.from({ length: atOnce }, worker))
say(`${total} runs done`)

const summary = summarise(finished, size.seed, Math.round((performance.now() - startedAt) / 1000))
if (values.json) {
  process.stdout.write(`${JSON.stringify(summary)}\n`)
} else {
  for (const [name, value] of Object.entries(summary)) process.stdout.write(`${name.padEnd(18)} ${value}\n`)
}

const whole = !alone && values.points === undefined
const isGood =
  summary.lost + summary.duplicated + summary.falseSuccess === 0 &&
  summary.recoveryMsP99 <= longestRecovery &&
  (!whole || summary.points >= fewestPoints)
process.exitCode = isGood ? 0 : 1
