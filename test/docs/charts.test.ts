import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const committed = join(root, 'docs/charts')
const fresh = mkdtempSync(join(tmpdir(), 'charts-'))
afterAll(() => rmSync(fresh, { recursive: true }))

// Written by the script itself: labels hold the text of guards, and only Node leaves that as it stands in the source.
execFileSync(process.execPath, [join(root, 'scripts/write-charts.ts'), fresh])

test('docs/charts holds a diagram of every chart and nothing else', () => {
  expect(readdirSync(committed).sort()).toEqual(readdirSync(fresh).sort())
})

test.each(readdirSync(fresh))('docs/charts/%s is fresh: `npm run docs` would not change it', (file) => {
  expect(readFileSync(join(committed, file), 'utf8')).toBe(readFileSync(join(fresh, file), 'utf8'))
})
