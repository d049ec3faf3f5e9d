import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { runHistory } from '../../src/simulation/history.ts'
import { keepSeed, parseKeptSeed } from '../../src/simulation/kept-seed.ts'
import { smallScenario } from './parts.ts'

const directory = join(import.meta.dirname, 'seeds')
const kept = (await readdir(directory)).filter((name) => name.endsWith('.json'))

test.each(kept)('%s: the promise that was broken once is kept', async (name) => {
  const { scenario } = parseKeptSeed(await readFile(join(directory, name), 'utf8'))
  expect((await runHistory(scenario)).breaches).toEqual([])
})

test('a seed comes back as it was kept', async () => {
  const place = await mkdtemp(join(tmpdir(), 'seeds-'))
  onTestFinished(() => rm(place, { recursive: true }))
  const seed = {
    promise: 'one outcome',
    text: 'it was told twice',
    scenario: smallScenario({ faults: [{ kind: 'outage', from: 1, until: 2 }] }),
  }
  expect(parseKeptSeed(await readFile(await keepSeed(place, seed), 'utf8'))).toEqual(seed)
})

test('what is no seed is refused', () => {
  expect(() => parseKeptSeed('{"promise":"one outcome"}')).toThrow()
})
