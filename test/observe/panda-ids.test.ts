import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { PandaId } from '../../src/job/ids.ts'
import { notePandaId, pandaIdsFile } from '../../src/observe/panda-ids.ts'

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ids-'))
})

afterEach(() => rm(directory, { recursive: true }))

test('the file is in PANDA_PILOT_SOURCE, which may be relative to the launch directory, else in pilot3', () => {
  expect(pandaIdsFile('/launch', {})).toBe('/launch/pilot3/pandaIDs.out')
  expect(pandaIdsFile('/launch', { PANDA_PILOT_SOURCE: '' })).toBe('/launch/pilot3/pandaIDs.out')
  expect(pandaIdsFile('/launch', { PANDA_PILOT_SOURCE: 'pilot3-main/' })).toBe('/launch/pilot3-main/pandaIDs.out')
  expect(pandaIdsFile('/launch', { PANDA_PILOT_SOURCE: '/src' })).toBe('/src/pandaIDs.out')
})

test('PandaIDs are appended, one a line', async () => {
  const file = pandaIdsFile(directory, {})
  expect(await notePandaId(file, 1 as PandaId)).toBeUndefined()
  expect(await notePandaId(file, 2 as PandaId)).toBeUndefined()
  expect(await readFile(file, 'utf8')).toBe('1\n2\n')
})

test('a place that cannot be written is said, not thrown', async () => {
  await writeFile(join(directory, 'pilot3'), 'a file')
  expect(await notePandaId(pandaIdsFile(directory, {}), 7 as PandaId)).toMatch(/^PandaID 7 could not be noted/)
})
