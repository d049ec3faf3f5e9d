import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createSummingBlock } from '../../src/workers/kernels/adler32.ts'
import type { FileOrder, Measured, WorkerPool } from '../../src/workers/port.ts'
import { measureFile } from '../../src/workers/tasks/measure-file.ts'
import type { Contestant, Figures } from '../bench.ts'
import { figuresPrintedBy, pythonPeer } from '../peers.ts'
import type { CPeer } from './c-peers.ts'

const run = promisify(execFile)
const script = 'adler32.py'

/** The Python pilot's way, in a process that times itself. */
export function pythonFiles(...paths: readonly string[]): Contestant {
  return pythonPeer('python3, as its pilot does', script, 'files', ...paths)
}

export const pythonKernel: Contestant = pythonPeer('python3 zlib', script, 'kernel')

export function oneThread(name: string, paths: readonly string[], bytes: number): Contestant {
  return rated(name, bytes, async () => {
    for (const path of paths) must(await measureFile(orderOf(path), () => {}))
  })
}

/** One file, in as many parts as there are threads; they have started before. */
export function inWorkers(workers: WorkerPool, path: string, bytes: number): Contestant {
  return rated('panda-pilot, two workers', bytes, async () => must(await workers.measure(path)))
}

export function manyInWorkers(workers: WorkerPool, paths: readonly string[], bytes: number): Contestant {
  return rated('panda-pilot, two workers', bytes, async () => {
    for (const measured of await workers.measureMany(paths.map(orderOf))) must(measured)
  })
}

/** The sum alone, over 256 KiB that stay in the cache. */
export function kernel(): Contestant {
  const length = 256 << 10
  const block = createSummingBlock()
  block.bytes.fill(0xa5)
  return {
    name: 'panda-pilot',
    async run() {
      let bytes = 0
      let sum = 1
      const start = performance.now()
      while (performance.now() - start < 100) {
        for (let turn = 0; turn < 100; turn++) sum = block.sum(length, sum)
        bytes += 100 * length
      }
      return { rate: bytes / (performance.now() - start) / 1e6 }
    },
  }
}

export function cKernel({ name, program }: CPeer): Contestant {
  return { name, run: () => figuresPrintedBy(program, 'kernel') }
}

export function cFile({ name, program }: CPeer, path: string): Contestant {
  return { name: `C, read() and ${name}`, run: () => figuresPrintedBy(program, 'file', path) }
}

/** A whole process, its start in the figure; `before` is not. */
export function whole(
  name: string,
  before: () => Promise<unknown>,
  command: string,
  ...argv: readonly string[]
): Contestant {
  return {
    name,
    async run(): Promise<Figures> {
      await before()
      const start = performance.now()
      await run(command, argv)
      return { wall: (performance.now() - start) / 1000 }
    },
  }
}

/** xrdadler32 keeps its result in an extended attribute, and would only read that the second time. */
export async function forgetAttribute(path: string): Promise<void> {
  const attribute = 'user.XrdCks.adler32'
  const code = `import os, sys\nif ${JSON.stringify(attribute)} in os.listxattr(sys.argv[1]): os.removexattr(sys.argv[1], ${JSON.stringify(attribute)})`
  await run('python3', ['-c', code, path])
}

/** A fresh process, see `memory-child.ts`. */
export function memoryOf(name: string, way: 'one thread' | 'warm workers' | 'workers', path: string): Contestant {
  const child = join(import.meta.dirname, 'memory-child.ts')
  return { name, run: () => figuresPrintedBy(process.execPath, child, way, path) }
}

function orderOf(path: string): FileOrder {
  return { path, algorithms: ['adler32'], links: 'refuse' }
}

function rated(name: string, bytes: number, work: () => Promise<void>): Contestant {
  return {
    name,
    async run() {
      const start = performance.now()
      await work()
      return { rate: bytes / (performance.now() - start) / 1e6 }
    },
  }
}

function must(measured: Measured): void {
  if (measured.kind !== 'measured') throw new Error(measured.text)
}
