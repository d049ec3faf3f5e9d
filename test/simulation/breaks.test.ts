import { expect, test } from 'vitest'
import { runBatch } from '../../src/simulation/batch.ts'
import { breaks } from '../../src/simulation/breaks/breaks.ts'
import { promises } from '../../src/simulation/promises/promises.ts'

/** Which promise a bug breaks: one bug for each that is found soon. `--break all` finds all of them. */
const broken = {
  'two finals': 'one outcome',
  'exit code ignored': 'no false success',
  'unknown is accepted': 'no silent loss',
  'final before record': 'resumable',
  'no pause between reports': 'bounded',
  'daemons left behind': 'contained',
  'report timer not re-armed': 'alive',
  'payload not taken back': 'no needless failure',
}

test.each(Object.entries(broken))('"%s" breaks "%s"', async (bug, promise) => {
  expect(breaks.map(({ name }) => name)).toContain(bug)
  const results = await runBatch({
    histories: 200,
    seed: 1,
    profile: undefined,
    size: { pilots: 2, jobs: 3 },
    bug,
    untilBroken: true,
  })
  expect(results.at(-1)?.breaches.map((breach) => breach.promise)).toContain(promise)
})

test('bugs and promises have names of their own', () => {
  const names = breaks.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  expect(new Set(promises.map(({ name }) => name)).size).toBe(promises.length)
})
