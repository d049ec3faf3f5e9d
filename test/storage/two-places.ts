import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

async function read(path: string): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await readFile(path))
  } catch {
    return undefined
  }
}

/** A directory as one side of a copy. */
export function placeAt(root: string) {
  return {
    root,
    path: (name: string) => join(root, name),
    put: (name: string, bytes: Uint8Array) => writeFile(join(root, name), bytes),
    get: (name: string) => read(join(root, name)),
    list: () => readdir(root).catch(() => []),
  }
}

/** Two fresh directories below one, which `close` removes. */
export async function openTwoPlaces() {
  const root = await mkdtemp(join(tmpdir(), 'pilot-storage-'))
  await mkdir(join(root, 'local'))
  await mkdir(join(root, 'remote'))
  const local = placeAt(join(root, 'local'))
  const remote = placeAt(join(root, 'remote'))
  return { root, local, remote, close: () => rm(root, { recursive: true, force: true }) }
}
