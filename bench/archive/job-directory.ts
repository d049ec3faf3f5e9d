import { createWriteStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

const largeLines = 500_000
const smallFiles = 4000

/** A payload's stdout of half a million lines. Gives its bytes. */
export async function writeLargeLog(directory: string): Promise<number> {
  let bytes = 0
  function* blocks() {
    for (let from = 0; from < largeLines; from += 5000) {
      const block = linesOf(from, 5000)
      bytes += block.length
      yield block
    }
  }
  await pipeline(Readable.from(blocks()), createWriteStream(join(directory, 'payload.stdout')))
  return bytes
}

/** Thousands of logs of some kilobytes, as jobs of many steps leave them. */
export async function writeSmallLogs(directory: string): Promise<{ readonly files: number; readonly bytes: number }> {
  let bytes = 0
  for (let n = 0; n < smallFiles; n++) {
    const text = linesOf(n * 40, 40)
    bytes += text.length
    await writeFile(join(directory, `log.step${n}`), text)
  }
  return { files: smallFiles, bytes }
}

/** Lines like a transform's: much the same each time, with numbers in them that are not. */
function linesOf(from: number, count: number): string {
  let text = ''
  for (let n = from; n < from + count; n++) {
    const time = new Date(n * 137).toISOString()
    const value = ((n * 2_654_435_761) % 2 ** 32).toString(16)
    text += `${time} Py:Sim_tf INFO event #${n} done, ${value} hits in calorimeter cell ${n % 9973} of /geo/tile_${n % 64}\n`
  }
  return text
}
