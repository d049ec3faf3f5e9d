import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { figuresOf, type HerdFigures } from '../simulation/herd/figures.ts'
import { playHerd } from '../simulation/herd/herd.ts'
import type { HerdOrder } from '../simulation/herd/order.ts'
import type { Tally } from '../simulation/herd/tally.ts'
import { readSimulateSettings } from './simulate-options.ts'
import { herdText } from './simulate-words.ts'

/**
 * `pilot simulate`: many pilots, and a server that is away for some time. Resolves to the exit code: 0; 1 when the pictures
 * cannot be written; 2 when the command line was wrong.
 */
export async function simulate(args: readonly string[]): Promise<number> {
  const settings = readSimulateSettings(args)
  if (typeof settings === 'number') return settings
  const { order, json, threads, pictures: directory } = settings
  try {
    // Before minutes are spent on what cannot be written.
    await mkdir(directory, { recursive: true })
    const begun = performance.now()
    const tally = await playHerd(order, showProgress, threads)
    clearProgress()
    const figures = figuresOf(order, tally)
    const files = await writePictures(directory, order, tally, figures)
    const seconds = Math.round((performance.now() - begun) / 100) / 10
    const document = { ...order, ...figures, pictures: files, seconds }
    process.stdout.write(json ? `${JSON.stringify(document)}\n` : herdText(order, figures, files))
    return 0
  } catch (cause) {
    if (!(cause instanceof Error && 'syscall' in cause)) throw cause
    process.stderr.write(
      `pilot simulate: the pictures cannot be written: ${cause.message}; name a directory by --svg\n`,
    )
    return 1
  }
}

async function writePictures(directory: string, order: HerdOrder, tally: Tally, figures: HerdFigures) {
  // The library that draws takes a tenth of a second to load.
  const { pictures } = await import('../simulation/herd/pictures.ts')
  const files: string[] = []
  for (const [name, svg] of pictures(order, tally, figures)) {
    const file = join(directory, `${name}.svg`)
    await writeFile(file, svg)
    files.push(file)
  }
  return files
}

const barWidth = 40

function showProgress(done: number): void {
  if (!process.stderr.isTTY) return
  const filled = Math.round(done * barWidth)
  process.stderr.write(`\r\x1b[K${'█'.repeat(filled)}${'·'.repeat(barWidth - filled)} ${Math.floor(done * 100)} %`)
}

function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
}
