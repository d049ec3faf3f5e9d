import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { generateMuonPairs } from '../../demo/generate-events.ts'
import { transformText } from '../../src/cli/demo-world.ts'
import { readJson } from './events.ts'

let directory = ''
const at = (name: string) => join(directory, name)

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'demo-transform-'))
  await writeFile(at('analyse-muons'), await transformText(), { mode: 0o755 })
  await writeFile(at('a.table'), generateMuonPairs(100_000, 1))
  await writeFile(at('b.table'), generateMuonPairs(50_000, 2))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

/** As a payload runs it: with an environment in which there is no Node. */
async function analyse(inputs: string): Promise<number> {
  const options = ['--inputMUONSFile', inputs, '--outputHISTFile', 'hist.json', '--outputTXTFile', 'plot.txt']
  const child = spawn(at('analyse-muons'), options, { cwd: directory, env: { PATH: '/usr/bin:/bin' }, stdio: 'ignore' })
  const [exitCode] = (await once(child, 'exit')) as [number]
  return exitCode
}

test('one table becomes a histogram, a plot and a job report', async () => {
  expect(await analyse('a.table')).toBe(0)

  const histogram = readJson(at('hist.json')) as { entries: number; counts: number[]; peaks: { name: string }[] }
  const inRange = histogram.counts.reduce((sum, count) => sum + count, 0)
  expect(histogram.entries).toBeGreaterThan(95_000)
  expect(inRange / histogram.entries).toBeCloseTo(1, 2)
  expect(histogram.peaks).toContainEqual(expect.objectContaining({ name: 'Z', mass: expect.closeTo(91.19, 0) }))
  expect(histogram.peaks).toContainEqual(expect.objectContaining({ name: 'J/ψ', mass: expect.closeTo(3.097, 2) }))

  const plot = await readFile(at('plot.txt'), 'utf8')
  expect(plot).toContain('m(µµ) / GeV')
  expect(Math.max(...plot.split('\n').map((line) => [...line].length))).toBeLessThan(84)

  expect(readJson(at('jobReport.json'))).toMatchObject({
    exitCode: 0,
    exitMsg: 'OK',
    resource: { transform: { processedEvents: 100_000 } },
    files: {
      output: [
        { type: 'HIST', subFiles: [await subFile('hist.json', histogram.entries)] },
        { type: 'TXT', subFiles: [await subFile('plot.txt', histogram.entries)] },
      ],
    },
  })
})

async function subFile(name: string, nentries: number): Promise<object> {
  const { size } = await stat(at(name))
  return { name, file_size: size, nentries, file_guid: expect.stringMatching(/^[0-9A-F]{8}-[0-9A-F-]{27}$/) }
}

test('two tables are added up', async () => {
  expect(await analyse('a.table,b.table')).toBe(0)
  expect(readJson(at('jobReport.json'))).toMatchObject({ resource: { transform: { processedEvents: 150_000 } } })
})

test.each([
  ['a truncated table', 'bad.table', 'bad.table is truncated: it has 1000000 bytes, its header promises 1300256'],
  ['a file that is no table', 'text', 'text does not begin with a header line: it is no table of muon pairs'],
  ['a missing file', 'nowhere', "ENOENT: no such file or directory, open 'nowhere'"],
])('%s ends with exit code 65 and the reason in the report, without outputs', async (_, name, reason) => {
  await writeFile(at('bad.table'), generateMuonPairs(50_000, 3).subarray(0, 1_000_000))
  await writeFile(at('text'), 'some text\n')
  expect(await analyse(`a.table,${name}`)).toBe(65)
  expect(readJson(at('jobReport.json'))).toMatchObject({
    exitCode: 65,
    exitAcronym: 'TRF_EXEC_FAIL',
    exitMsg: reason,
    files: { output: [] },
  })
  expect(await readdir(directory)).not.toContain('hist.json')
})
