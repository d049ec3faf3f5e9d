import { expect, test } from 'vitest'
import { optionsFor } from '../../src/simulation/batch.ts'
import { sequenceDiagram } from '../../src/simulation/diagram.ts'
import type { Fault } from '../../src/simulation/scenario.ts'
import { shrink } from '../../src/simulation/shrink.ts'
import { goodJob, onePilot, smallScenario } from './parts.ts'

const lost: Fault = { kind: 'outage', from: 300_000, until: 900_000 }
const noise: Fault[] = [
  { kind: 'pause', pilot: 1, at: 5_000, for: 1_000 },
  { kind: 'order', job: 1, at: 9_000, order: 'nocleanup' },
]
const large = smallScenario({
  pilots: [onePilot, { ...onePilot, startsAt: 100 }],
  jobs: [goodJob, goodJob],
  faults: [...noise, lost, { kind: 'slow disk', pilot: 0, from: 0, until: 10_000, ms: 50 }],
})
const options = () => optionsFor('unknown is accepted')

test('a failing scenario shrinks to the fault, the pilot and the job that it needs', async () => {
  const small = await shrink(large, 'no silent loss', options)
  expect(small.faults).toEqual([lost])
  expect(small.pilots).toHaveLength(1)
  expect(small.jobs).toHaveLength(1)
})

test('without that fault nothing is left to shrink to', async () => {
  const harmless = { ...large, faults: noise }
  expect(await shrink(harmless, 'no silent loss', options)).toEqual(harmless)
})

test('the diagram shows who said what, and ends with the broken promise', async () => {
  const lines = (await sequenceDiagram(smallScenario({ faults: [lost] }), options())).split('\n')
  expect(lines[0]).toBe('sequenceDiagram')
  expect(lines.some((line) => /pilot0->>server: [\d.]+ s 6001\.1 finished/.test(line))).toBe(true)
  expect(lines.at(-1)).toContain('broken: no silent loss')
  // Both end a line of Mermaid before its time.
  expect(lines.filter((line) => /[;#]/.test(line))).toEqual([])
})
