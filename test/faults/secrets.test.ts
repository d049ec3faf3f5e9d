import { expect, it } from 'vitest'
import { summarise } from '../../faults/secrets/summary.ts'

it('secrets planted everywhere are found in nothing that leaves the pilot or stays of it', async () => {
  const { planted, spellings, artefacts, found, missed, ok } = await summarise()
  expect(missed).toEqual([])
  expect(found).toEqual([])
  expect(ok).toBe(true)
  expect(planted).toBeGreaterThanOrEqual(20)
  expect(spellings).toBeGreaterThan(150)
  expect(artefacts).toBeGreaterThan(100)
}, 60_000)
