import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, open, readdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Checksum } from '../../src/job/checksum.ts'
import type { Workers } from '../../src/workers/port.ts'
import type { XrootdServer } from '../../test/storage/xrootd-server.ts'

export interface BenchFile {
  readonly name: string
  readonly size: number
  readonly checksum: Checksum
}

/** Two directories on this node and, where there is one, an XRootD server: each holds the files in `in`, and an empty `out`. */
export interface Places extends AsyncDisposable {
  readonly files: readonly BenchFile[]
  /** Storage that is mounted. */
  readonly mounted: string
  /** Work directory of a job. Empty, but for its outputs in `made`. */
  readonly work: string
  /** `root://…` up to the path; undefined without a server. */
  readonly xrootd: string | undefined
  /** Removes what a round brought in or out; outputs that were moved are made anew. */
  tidy(): Promise<void>
}

/** So many files of so many bytes that no file system can shorten. The server, where there is one, ends with the places. */
export async function openPlaces(
  count: number,
  size: number,
  workers: Workers,
  server?: XrootdServer,
): Promise<Places> {
  const root = await mkdtemp(join(tmpdir(), 'bench-transfers-'))
  const [mounted, work] = [join(root, 'mounted'), join(root, 'work')]
  const names = Array.from({ length: count }, (_, nth) => `file-${nth}`)
  for (const directory of [join(mounted, 'in'), join(mounted, 'out'), join(work, 'made')]) {
    await mkdir(directory, { recursive: true })
  }
  await server?.makeDirectory('in')
  await server?.makeDirectory('out')
  const homes = [join(mounted, 'in'), join(work, 'made'), ...(server ? [join(server.root, 'in')] : [])]
  const files: BenchFile[] = []
  for (const name of names) {
    const block = randomBytes(Math.min(size, 1_000_000))
    for (const home of homes) await writeBlocks(join(home, name), block, size)
    const found = await workers.measure(join(mounted, 'in', name))
    if (found.kind !== 'measured') throw new Error(found.text)
    files.push({ name, size, checksum: { algorithm: 'adler32', value: found.file.adler32 } })
  }
  return {
    files,
    mounted,
    work,
    xrootd: server && `root://127.0.0.1:${server.port}//`,
    async tidy() {
      for (const name of await readdir(join(mounted, 'out')))
        await rename(join(mounted, 'out', name), join(work, 'made', name))
      for (const name of names) {
        await rm(join(work, name), { force: true })
        if (server) await rm(join(server.root, 'out', name), { force: true })
      }
    },
    async [Symbol.asyncDispose]() {
      await server?.close()
      await rm(root, { recursive: true, force: true })
    },
  }
}

async function writeBlocks(path: string, block: Buffer, size: number): Promise<void> {
  const file = await open(path, 'w')
  try {
    for (let done = 0; done < size; done += block.length) await file.write(block)
    // What the disk still had to write would slow down whoever is measured next.
    await file.sync()
  } finally {
    await file.close()
  }
}
