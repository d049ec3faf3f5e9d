import { adler32 } from '../adler32.ts'
import { loadKernel } from './load-kernel.ts'

/** A place to read into, and the adler32 of what was read there. */
export interface SummingBlock {
  /** 1 MiB. */
  readonly bytes: Uint8Array
  /** Continues the sum `previous` (1 = nothing read yet) over the first `length` bytes; an unsigned 32-bit number. */
  sum(length: number, previous: number): number
}

const blockBytes = 1 << 20
const pageBytes = 1 << 16

interface Adler32Kernel {
  adler32(start: number, length: number, previous: number): number
}

/**
 * A block in the memory of the SIMD kernel, at a page boundary: the operating system copies more than twice as fast to one
 * as to a Buffer, which starts 16 bytes beside it. Where the kernel does not run, the same in plain TypeScript.
 */
export function createSummingBlock(): SummingBlock {
  const memory = new WebAssembly.Memory({ initial: 1 + blockBytes / pageBytes })
  const bytes = new Uint8Array(memory.buffer, pageBytes, blockBytes)
  try {
    const kernel = loadKernel<Adler32Kernel>('adler32', memory)
    return { bytes, sum: (length, previous) => kernel.adler32(pageBytes, length, previous) >>> 0 }
  } catch {
    return { bytes, sum: (length, previous) => adler32(bytes.subarray(0, length), previous) }
  }
}
