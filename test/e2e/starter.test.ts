import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'

let house = ''

/** s since the epoch. */
const [before, later] = [1_000_000_000, 1_000_000_100]

beforeEach(async () => {
  house = await mkdtemp(join(tmpdir(), 'starter-'))
  await mkdir(join(house, 'bin'))
  await copyFile(join(import.meta.dirname, '../../bin/pilot'), join(house, 'bin/pilot'))
  await place('package-lock.json', '{}', before)
  await place('src/main.ts', "console.log('the sources')", before)
})

afterEach(() => rm(house, { recursive: true }))

async function place(path: string, content: string, seconds: number): Promise<void> {
  const file = join(house, path)
  await mkdir(join(file, '..'), { recursive: true })
  await writeFile(file, content)
  await utimes(join(file, '..'), seconds, seconds)
  await utimes(file, seconds, seconds)
}

async function started(): Promise<string> {
  const env = { PATH: process.env.PATH, PILOT_NODE: process.execPath, NODE_COMPILE_CACHE: join(house, 'cache') }
  const { stdout } = await promisify(execFile)(join(house, 'bin/pilot'), ['--version'], { env })
  return stdout.trim()
}

test('without a bundle bin/pilot starts the sources', async () => {
  expect(await started()).toBe('the sources')
})

test('a bundle made after every source is what bin/pilot starts', async () => {
  await place('dist/main.js', "console.log('the bundle')", later)
  expect(await started()).toBe('the bundle')
})

test('a bundle older than any source is not started', async () => {
  await place('dist/main.js', "console.log('the bundle')", later)
  await place('src/job/ids.ts', '', later + 1)
  expect(await started()).toBe('the sources')
})

test('a bundle older than the choice of libraries is not started', async () => {
  await place('dist/main.js', "console.log('the bundle')", before + 1)
  await place('package-lock.json', '{}', later)
  expect(await started()).toBe('the sources')
})

test('a release without sources starts its bundle', async () => {
  await rm(join(house, 'src'), { recursive: true })
  await place('dist/main.js', "console.log('the bundle')", before)
  expect(await started()).toBe('the bundle')
})
