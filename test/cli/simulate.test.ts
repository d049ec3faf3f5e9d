import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { XMLValidator } from 'fast-xml-parser'
import { expect, onTestFinished, test } from 'vitest'

const main = join(import.meta.dirname, '../../src/main.ts')

interface Said {
  readonly exitCode: number
  readonly out: string
  readonly err: string
}

function simulate(...args: string[]): Promise<Said> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, 'simulate', ...args], { env: { PATH: '/usr/bin:/bin' } }, (error, out, err) =>
      resolve({ exitCode: error === null ? 0 : Number(error.code), out, err }),
    )
  })
}

async function directory(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'pilot-simulate-'))
  onTestFinished(() => rm(made, { recursive: true }))
  return made
}

test('an outage is told in figures and drawn in pictures', async () => {
  const svg = join(await directory(), 'pictures')
  const { exitCode, out } = await simulate('--pilots', '24', '--outage', '30m', '--svg', svg, '--json')
  expect(exitCode).toBe(0)
  const told = JSON.parse(out)
  expect(told).toMatchObject({ pilots: 24, sample: 24, outage: 1_800_000, how: 'refused', herd: expect.any(Number) })
  expect(told.pictures).toEqual(['requests', 'waiting', 'outcomes'].map((name) => join(svg, `${name}.svg`)))
  expect((await readdir(svg)).toSorted()).toEqual(['outcomes.svg', 'requests.svg', 'waiting.svg'])
  const requests = await readFile(join(svg, 'requests.svg'), 'utf8')
  expect(XMLValidator.validate(requests)).toBe(true)
  for (const text of ['24 pilots, the server away for 0.5 h', 'requests/s', 'server away', '3 × mean']) {
    expect(requests).toContain(text)
  }
})

test('people are told what came of it', async () => {
  const { out, err } = await simulate('--pilots', '8', '--outage', '10m', '--how', 'silent', '--svg', await directory())
  expect(out).toMatch(/^server +away for 10 min, requests get no answer$/m)
  expect(out).toMatch(/times as many \(too few pilots to tell\)$/m)
  expect(out).toMatch(/^jobs +\d+ finished$/m)
  expect(err).toBe('')
})

test.each([
  [['--outage', '3'], /--outage.*invalid.*90s, 30m, 3h or 2d/],
  [['--outage', '30d'], /from 0 s to 168 h/],
  [['--jitter', '1.5'], /from 0 to 1/],
  [['--pilots', '0'], /at least 1/],
  [['--how', 'slowly'], /refused, silent/],
  [['--first-pause', '2h', '--longest-pause', '1h'], /--first-pause 2 h is longer than --longest-pause 60 min/],
  [['--patience'], /unknown option/],
])('%j is refused, with the reason', async (args, reason) => {
  const { exitCode, out, err } = await simulate(...args)
  expect([exitCode, out]).toEqual([2, ''])
  expect(err).toMatch(reason)
})

test('a directory that cannot be made is told before anything is simulated', async () => {
  const file = join(await directory(), 'file')
  await writeFile(file, '')
  const { exitCode, err } = await simulate('--svg', join(file, 'pictures'))
  expect(exitCode).toBe(1)
  expect(err).toMatch(/pictures cannot be written: .*--svg/)
})
