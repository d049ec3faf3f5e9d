import { breaks } from './breaks/breaks.ts'
import { type Batch, profileOf, type Result } from './campaign.ts'
import { type Run, type RunOptions, runHistory } from './history.ts'
import { drawScenario } from './nemesis.ts'
import type { Scenario } from './scenario.ts'

/** One history in so many is run a second time, and must be the same. */
const repeatEvery = 100

/** Runs the histories of some seeds one after another. */
export async function runBatch(batch: Batch): Promise<readonly Result[]> {
  const results: Result[] = []
  for (let seed = batch.seed; seed < batch.seed + batch.histories; seed++) {
    const scenario = drawScenario(seed, profileOf(seed, batch), batch.size)
    const run = await runHistory(scenario, optionsFor(batch.bug))
    const { steps, hash } = run
    const breaches =
      seed % repeatEvery === 0 ? [...run.breaches, ...(await repeated(scenario, run, batch))] : run.breaches
    results.push({ seed, steps, hash, breaches })
    if (batch.untilBroken && breaches.length > 0) break
  }
  return results
}

/** The pilots with a known bug, by its name; made anew for every history. */
export function optionsFor(bug: string | undefined): RunOptions {
  const found = breaks.find(({ name }) => name === bug)
  return found === undefined ? {} : { makePilot: found.inject() }
}

async function repeated(scenario: Scenario, { hash }: Run, { bug }: Batch): Promise<Run['breaches']> {
  const again = await runHistory(scenario, optionsFor(bug))
  if (again.hash === hash) return []
  return [{ promise: 'deterministic', count: 'broken', at: 0, text: 'the same seed gave another history' }]
}
