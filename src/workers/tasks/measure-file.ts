import { createHash } from 'node:crypto'
import { type BigIntStats, closeSync, fstatSync, readSync, statSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import type { MeasuredFile } from '../../job/files.ts'
import { adler32, formatAdler32 } from '../adler32.ts'
import { type FileFailure, fileFailure, openRegular } from '../open-regular.ts'
import type { Links, Measured } from '../port.ts'
import { type TaskMessage, tickOf } from '../task-message.ts'

export interface MeasureOrder {
  readonly path: string
  readonly algorithms: readonly ('adler32' | 'md5')[]
  readonly links: Links
}

type Reading =
  | { readonly kind: 'measured'; readonly file: MeasuredFile }
  | { readonly kind: 'missing'; readonly text: string }
  | { readonly kind: 'changed' }
  | FileFailure

/** Errors of network file systems that pass (contracts/pilot-data.md 5.2). */
const passing = new Set(['EIO', 'ESTALE'])

/** Milliseconds before each further try after a passing error. */
const defaultPauses = [200, 1000, 5000] as const

/** Node has it, its type definitions have not. */
declare const WebAssembly: { Memory: new (pages: { initial: number }) => { readonly buffer: ArrayBuffer } }

/** One block of 1 MiB at a page boundary: the kernel copies about twice as fast to one. */
const block = new Uint8Array(new WebAssembly.Memory({ initial: 16 }).buffer)

/** The entry of the worker thread. */
export function run({ order, progress }: TaskMessage<MeasureOrder>): Promise<Measured> {
  return measureFile(order, tickOf(progress))
}

/**
 * The cases of contracts/pilot-data.md 5.2. Never maps the file, never opens it for writing. A file that changes under the
 * reading is read once more. `tick` is called after each block.
 */
export async function measureFile(
  order: MeasureOrder,
  tick: () => void,
  pauses: readonly number[] = defaultPauses,
): Promise<Measured> {
  let failures = 0
  let changes = 0
  for (;;) {
    const reading = readThrough(order, tick)
    switch (reading.kind) {
      case 'measured':
      case 'missing':
        return reading
      case 'changed':
        changes += 1
        if (changes > 1) return { kind: 'unreadable', text: `${order.path} changed while it was read, twice` }
        break
      case 'failed': {
        const pause = passing.has(reading.code ?? '') ? pauses[failures] : undefined
        if (pause === undefined) return { kind: 'unreadable', text: reading.text }
        failures += 1
        await wait(pause)
        tick()
      }
    }
  }
}

function readThrough({ path, algorithms, links }: MeasureOrder, tick: () => void): Reading {
  const opened = openRegular(path, links)
  if (opened.kind !== 'opened') return opened
  const { fd, stats } = opened
  try {
    const md5 = algorithms.includes('md5') ? createHash('md5') : undefined
    let sum = 1
    let size = 0
    for (;;) {
      const length = readSync(fd, block, 0, block.length, null)
      if (length === 0) break
      const bytes = block.subarray(0, length)
      sum = adler32(bytes, sum)
      md5?.update(bytes)
      size += length
      tick()
      // Whoever writes as fast as we read would keep us here for ever.
      if (size > stats.size) return { kind: 'changed' }
    }
    if (BigInt(size) !== stats.size || !same(stats, fstatSync(fd, { bigint: true }))) return { kind: 'changed' }
    if (!same(stats, statSync(path, { bigint: true }))) return { kind: 'changed' }
    const adler = formatAdler32(sum)
    return { kind: 'measured', file: md5 ? { size, adler32: adler, md5: md5.digest('hex') } : { size, adler32: adler } }
  } catch (error) {
    const failed = fileFailure(path, error)
    return failed.code === 'ENOENT' ? { kind: 'missing', text: failed.text } : failed
  } finally {
    closeSync(fd)
  }
}

function same(before: BigIntStats, after: BigIntStats): boolean {
  return (
    before.dev === after.dev &&
    before.ino === after.ino &&
    before.size === after.size &&
    before.mtimeNs === after.mtimeNs
  )
}
