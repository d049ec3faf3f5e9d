import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, expect, test } from 'vitest'

const repository = join(import.meta.dirname, '../..')
const config = join(repository, '.dependency-cruiser.cjs')
const depcruise = join(repository, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs')

interface Cruised {
  readonly modules: readonly { readonly source: string }[]
  readonly summary: {
    readonly violations: readonly {
      readonly from: string
      readonly to: string
      readonly rule: { readonly name: string }
    }[]
  }
}

/** Runs dependency-cruiser as `npx depcruise src` does. Violations make it exit with their number. */
async function cruise(directory: string, ...more: readonly string[]): Promise<Cruised> {
  const argv = [depcruise, '--output-type', 'json', ...more, 'src']
  const options = { cwd: directory, maxBuffer: 64 * 1024 * 1024 }
  const { stdout } = await promisify(execFile)(process.execPath, argv, options).catch((error) => error)
  return JSON.parse(stdout) as Cruised
}

const made: string[] = []

afterEach(async () => {
  for (const directory of made.splice(0)) await rm(directory, { recursive: true })
})

/** A small tree of the same shape; each file is its imports, one text for each. */
async function treeOf(files: Readonly<Record<string, readonly string[]>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'layers-'))
  made.push(directory)
  await copyFile(join(repository, 'tsconfig.json'), join(directory, 'tsconfig.json'))
  for (const library of ['xstate', 'undici', 'lmdb', 'piscina', 'pino']) {
    const folder = join(directory, 'node_modules', library)
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'package.json'), JSON.stringify({ name: library, main: 'index.js' }))
    await writeFile(join(folder, 'index.js'), '')
  }
  for (const [file, imports] of Object.entries(files)) {
    await mkdir(dirname(join(directory, file)), { recursive: true })
    await writeFile(join(directory, file), [...imports, 'export const here = 1'].join('\n'))
  }
  return directory
}

const rooms = [
  'job',
  'machines',
  'actors',
  'workers',
  'server',
  'storage',
  'information',
  'host',
  'containers',
  'experiments',
  'database',
  'observe',
  'standin',
  'simulation',
  'cli',
]

test('every rule of the layers fires on a tree that breaks it', async () => {
  const value = (target: string) => `import { here } from '../${target}.ts'; here.toFixed()`
  const library = (name: string) => `import '${name}'`
  const adapters = Object.fromEntries(rooms.map((room) => [`src/${room}/adapter.ts`, []]))
  const breaking: Record<string, readonly string[]> = {
    'src/job/cycle.ts': [value('job/round')],
    'src/job/round.ts': [value('job/cycle')],
    'src/job/lost.ts': [value('job/nowhere')],
    'src/job/imports.ts': [value('machines/adapter'), library('node:fs'), library('xstate')],
    'src/machines/imports.ts': [value('actors/adapter'), library('node:fs'), library('lmdb'), library('undici')],
    'src/actors/imports.ts': [value('server/adapter'), library('node:fs'), library('piscina'), library('pino')],
    'src/actors/port-value.ts': [value('server/port')],
    'src/server/port.ts': [],
    'src/experiments/imports.ts': [value('server/adapter'), library('node:fs')],
    'src/simulation/imports.ts': [value('host/adapter')],
    'src/standin/imports.ts': [value('server/adapter')],
    'src/workers/imports.ts': [value('host/adapter')],
    'src/storage/door.ts': [value('cli/adapter')],
  }
  for (const room of ['server', 'storage', 'information', 'host', 'containers', 'database', 'observe']) {
    breaking[`src/${room}/imports.ts`] = [value('machines/adapter')]
  }
  const { summary } = await cruise(await treeOf({ ...adapters, ...breaking }), '--config', config)
  const fired = new Set(summary.violations.map(({ rule }) => rule.name))
  const { forbidden } = createRequire(import.meta.url)(config) as { forbidden: readonly { name: string }[] }
  expect(forbidden.map(({ name }) => name).filter((name) => !fired.has(name))).toEqual([])
}, 60_000)

test('a tree that keeps the layers breaks no rule', async () => {
  const value = (target: string) => `import { here } from '../${target}.ts'; here.toFixed()`
  const type = (target: string) => `import type { here } from '../${target}.ts'; export type Here = typeof here`
  const directory = await treeOf({
    'src/job/thing.ts': [],
    'src/machines/chart.ts': [value('job/thing'), "import 'xstate'"],
    'src/server/port.ts': [type('job/thing')],
    'src/server/client.ts': [value('job/thing'), "import 'undici'", "import 'node:net'"],
    'src/database/lmdb.ts': ["import 'lmdb'", "import 'node:fs'"],
    'src/observe/log.ts': ["import 'pino'"],
    'src/workers/pool.ts': ["import 'piscina'"],
    'src/actors/body.ts': [value('machines/chart'), type('server/port')],
    'src/simulation/world.ts': [value('actors/body'), type('server/port')],
    'src/cli/run.ts': [value('actors/body'), value('server/client'), "import 'xstate'"],
  })
  const { summary } = await cruise(directory, '--config', config)
  expect(summary.violations).toEqual([])
}, 60_000)

test('the plain command sees every source file', async () => {
  const { modules } = await cruise(repository)
  const seen = new Set(modules.map(({ source }) => source))
  const files = await readdir(join(repository, 'src'), { recursive: true })
  const sources = files.filter((file) => file.endsWith('.ts')).map((file) => `src/${file}`)
  expect(sources.length).toBeGreaterThan(100)
  expect(sources.filter((source) => !seen.has(source))).toEqual([])
}, 60_000)
