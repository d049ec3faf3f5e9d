import { loadKernel } from './kernels/load-kernel.ts'

interface Copier {
  layOut(copies: number, membersAt: number, namesAt: number, open: number): void
  copy(
    start: number,
    end: number,
    levels: number,
    most: number,
    longestArray: number,
    names: number,
    asked: boolean,
  ): number
  copyEnd(): number
  valuesCopied(): number
}

interface Skipper {
  enter(counting: boolean): void
  enterText(): void
  skipNested(start: number, end: number): number
  skipText(start: number, end: number): number
  commasPassed(): number
}

/** Bytes: the file is read block by block. */
export const largestBlock = 1 << 20

/** Values that are copied at once while their members are told, and names of such members. */
export const mostTold = 4096
const mostNames = 8

/** Bytes of a name and its length. */
const nameSlot = 32

// Behind the block, of which the kernels look at 64 bytes at a time, also behind the last ones, lies what copying takes.
const openAt = largestBlock + 1024
const namesAt = openAt + 1024
const membersAt = namesAt + mostNames * nameSlot
/** Where a copy begins. */
export const copyAt = membersAt + 8 * mostNames * mostTold
/** A copy may be three times as long. */
const memoryLength = copyAt + 3 * largestBlock + 64

/** Both kernels, and the memory in which they find the block. */
export interface Kernels extends Skipper, Copier {
  readonly bytes: Buffer
  /** Beginning and end of the values of members that were asked for; both 0 where there is none. */
  readonly places: Uint32Array
}

/** Tells the copier which names to look out for: up to 8 of up to 31 bytes of ASCII. */
export function lookOutFor(names: readonly string[], { bytes }: Kernels): void {
  names.forEach((name, which) => {
    bytes[namesAt + which * nameSlot] = name.length
    bytes.write(name, namesAt + which * nameSlot + 1, 'latin1')
  })
}

let loaded: Kernels | undefined

/** One a thread: its memory is the block. */
export function jsonKernels(): Kernels {
  if (loaded !== undefined) return loaded
  const memory = new WebAssembly.Memory({ initial: Math.ceil(memoryLength / 65_536) })
  const copier = loadKernel<Copier>('json-copy', memory)
  copier.layOut(copyAt, membersAt, namesAt, openAt)
  loaded = {
    bytes: Buffer.from(memory.buffer),
    places: new Uint32Array(memory.buffer, membersAt, 2 * mostNames * mostTold),
    ...loadKernel<Skipper>('json-skip', memory),
    ...copier,
  }
  return loaded
}
