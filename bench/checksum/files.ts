import { randomBytes } from 'node:crypto'
import { open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What is summed: one large file, one of 100 MB, many small ones. Just written, so in the page cache. */
export interface Files {
  readonly large: string
  readonly middle: string
  readonly small: readonly string[]
}

const smallBytes = 256 << 10
const smallFiles = 1000

/** Bytes; of the small ones together. */
export const fileBytes = { large: 1 << 30, middle: 100_000_000, small: smallFiles * smallBytes } as const

export async function writeFiles(directory: string): Promise<Files> {
  const block = randomBytes(1 << 20)
  const filled = async (name: string, size: number): Promise<string> => {
    const path = join(directory, name)
    const file = await open(path, 'w')
    for (let at = 0; at < size; at += block.length) await file.write(block, 0, Math.min(block.length, size - at))
    await file.close()
    return path
  }
  const small = Array.from({ length: smallFiles }, (_, n) => join(directory, `small-${n}`))
  for (const [n, path] of small.entries()) {
    await writeFile(path, block.subarray(n * 512, n * 512 + smallBytes))
  }
  const large = await filled('large', fileBytes.large)
  return { large, middle: await filled('middle', fileBytes.middle), small }
}
