import { adler32 } from '../adler32.ts'
import { loadKernel } from './load-kernel.ts'

/** Continues the sum `previous` (1 = nothing read yet) over the first `length` bytes; an unsigned 32-bit number. */
type Sum = (length: number, previous: number) => number

/** A place to read into, and the adler32 of what was read there. */
export interface SummingBlock {
  /** 1 MiB. */
  readonly bytes: Uint8Array
  readonly sum: Sum
}

/** The ways to sum there are, the fastest first. */
export const sumsBy = ['adler32-relaxed', 'adler32', 'plain'] as const

const blockBytes = 1 << 20
const pageBytes = 1 << 16

interface Adler32Kernel {
  adler32(start: number, length: number, previous: number): number
}

/**
 * A block in the memory of a SIMD kernel, at a page boundary: the operating system copies more than twice as fast to one
 * as to a Buffer, which starts 16 bytes beside it. Sums by the first of the `ways` that works on this machine.
 */
export function createSummingBlock(ways: readonly (typeof sumsBy)[number][] = sumsBy): SummingBlock {
  const memory = new WebAssembly.Memory({ initial: 1 + blockBytes / pageBytes })
  const bytes = new Uint8Array(memory.buffer, pageBytes, blockBytes)
  const plain: Sum = (length, previous) => adler32(bytes.subarray(0, length), previous)
  for (const way of ways) {
    const sum = way === 'plain' ? plain : summedBy(way, memory)
    if (sum !== undefined && isRight(sum, bytes)) return { bytes, sum }
  }
  return { bytes, sum: plain }
}

function summedBy(name: string, memory: WebAssembly.Memory): Sum | undefined {
  try {
    const kernel = loadKernel<Adler32Kernel>(name, memory)
    return (length, previous) => kernel.adler32(pageBytes, length, previous) >>> 0
  } catch {
    return undefined
  }
}

/** Relaxed instructions are right with bytes above 127 on some kinds of processors only. */
function isRight(sum: Sum, bytes: Uint8Array): boolean {
  const sample = bytes.subarray(0, 512)
  for (let at = 0; at < sample.length; at++) sample[at] = 255 - (at % 256)
  return sum(sample.length, 1) === adler32(sample)
}
