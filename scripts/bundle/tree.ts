import { copyFile, cp, readdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { builtInModules } from './built-in-modules.ts'
import { commandsApart } from './commands-apart.ts'
import { leftOut } from './left-out.ts'
import { lmdbBinary, lmdbBinaryAt } from './lmdb-binary.ts'
import { sourcePlaces } from './source-places.ts'

const root = join(import.meta.dirname, '../..')
const source = join(root, 'src')
const tasks = join(source, 'workers/tasks')

/** Libraries written for CommonJS expect these. */
const commonJs = [
  "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url)",
  'const __filename = import.meta.filename, __dirname = import.meta.dirname',
].join(';')

/**
 * A tree of files that needs no node_modules: the program `door` at its root, with the commands that it imports, and all
 * they start as threads and processes. It mirrors src/ where a file is found by its place: threads' tasks, the launcher,
 * kernels.
 */
export async function writeTree(made: string, door: string): Promise<void> {
  await rm(made, { recursive: true, force: true })
  const commands = new Set<string>()
  await write(made, '', [door], commandsApart(commands))
  await Promise.all([
    ...[...commands].map((path) => write(made, 'cli', [join(source, path)])),
    // Piscina starts its threads with the file of that name beside itself, and it is joined into whatever needs it.
    write(made, commands.size > 0 ? 'cli' : '', [join(root, 'node_modules/piscina/dist/worker.js')]),
    write(
      made,
      'workers/tasks',
      (await readdir(tasks)).map((name) => join(tasks, name)),
    ),
    write(made, 'database', [join(source, 'database/probe-child.ts')]),
    write(made, 'simulation/herd', [join(source, 'simulation/herd/herd-worker.ts')]),
  ])
  const binary = lmdbBinary()
  await copyFile(binary.from, join(made, binary.name))
  await cp(source, made, { recursive: true, filter: (path) => !/\.ts$|assembly/.test(basename(path)) })
}

/** Some entries of one directory of the bundle, and what they share. */
async function write(
  made: string,
  directory: string,
  entryPoints: readonly string[],
  ...plugins: readonly Plugin[]
): Promise<void> {
  const toRoot = directory === '' ? './' : '../'.repeat(directory.split('/').length)
  await build({
    entryPoints: [...entryPoints],
    outdir: join(made, directory),
    bundle: true,
    entryNames: '[name]',
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    minifySyntax: true,
    minifyWhitespace: true,
    // Its modules, joined by esbuild, read ranges for ever; this is the one file lmdb itself joined them into.
    alias: { lmdb: join(root, 'node_modules/lmdb/dist/index.cjs') },
    banner: { js: commonJs },
    plugins: [...plugins, builtInModules, lmdbBinaryAt(toRoot), leftOut, sourcePlaces(source, toRoot)],
    // Not loaded by a pilot; `NODE_OPTIONS=--enable-source-maps` makes its stacks tell the source's lines.
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'warning',
  })
}
