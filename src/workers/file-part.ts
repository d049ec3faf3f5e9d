import { type BigIntStats, closeSync, fstatSync, readSync, statSync } from 'node:fs'
import { createSummingBlock, type SummingBlock } from './kernels/adler32.ts'
import { createMd5 } from './md5.ts'
import { type FileFailure, fileFailure, openRegular } from './open-regular.ts'
import type { FileOrder } from './port.ts'

/** A file to be summed, or a part of it. */
export interface PartOrder extends FileOrder {
  /** Offsets in bytes, `to` exclusive; the whole file when absent. */
  readonly range?: { readonly from: number; readonly to: number }
}

export type ReadPart =
  | {
      readonly kind: 'read'
      readonly bytes: number
      readonly adler32: number
      /** Lower-case hex; there when it was asked for. */
      readonly md5?: string
      /** Which file it was, and as it was when it was last changed: parts of one file have the same. */
      readonly state: string
    }
  | { readonly kind: 'missing'; readonly text: string }
  | { readonly kind: 'changed' }
  | FileFailure

/** Made with the first file that a thread reads. */
let block: SummingBlock | undefined

/**
 * Reads a regular file, or a part of it, once through, never mapped and never opened for writing. `changed` when size, time
 * or identity are not the same before and after. `tick` is called after each block, with its bytes.
 */
export function readPart({ path, algorithms, links, range }: PartOrder, tick: (bytes: number) => void): ReadPart {
  const opened = openRegular(path, links)
  if (opened.kind !== 'opened') return opened
  const { fd, stats } = opened
  try {
    block ??= createSummingBlock()
    const md5 = algorithms.includes('md5') ? createMd5() : undefined
    const from = range?.from ?? 0
    const size = Number(stats.size)
    const to = Math.min(range?.to ?? size, size)
    let sum = 1
    let at = from
    // Not beyond the size it had: whoever writes as fast as we read would keep us here for ever.
    while (at < to) {
      const length = readSync(fd, block.bytes, 0, Math.min(block.bytes.length, to - at), at)
      if (length === 0) return { kind: 'changed' }
      sum = block.sum(length, sum)
      md5?.update(block.bytes.subarray(0, length))
      at += length
      tick(length)
    }
    if (to === size && readSync(fd, block.bytes, 0, 1, size) > 0) return { kind: 'changed' }
    const state = stateOf(stats)
    if (state !== stateOf(fstatSync(fd, { bigint: true })) || state !== stateOf(statSync(path, { bigint: true }))) {
      return { kind: 'changed' }
    }
    return { kind: 'read', bytes: at - from, adler32: sum, ...(md5 && { md5: md5.digest('hex') }), state }
  } catch (error) {
    const failed = fileFailure(path, error)
    return failed.code === 'ENOENT' ? { kind: 'missing', text: failed.text } : failed
  } finally {
    closeSync(fd)
  }
}

function stateOf({ dev, ino, size, mtimeNs }: BigIntStats): string {
  return `${dev}:${ino}:${size}:${mtimeNs}`
}
