import { copyAt, type Kernels } from './json-kernels.ts'

/** Which values are copied. */
export interface CopyRule {
  /** Values with a longer array in them are not. */
  readonly longestArray: number
  /** Up to 8 names of up to 31 bytes of ASCII. */
  readonly names: readonly string[]
  /** Of members with such a name the values are asked; otherwise a value that has one is not copied. */
  readonly isAsked: boolean
}

/** Values that were copied, until the next ones are. */
export interface Copied {
  /** In ASCII, without blanks, with commas between them. */
  readonly bytes: Uint8Array
  readonly count: number
  /** The value, when it is one. */
  value(): unknown
  /** An object's member, by its place among the names asked; undefined where there is none. */
  member(value: number, name: number): unknown
  /** Whether such a member is `json`, written as a copy is. */
  isMember(value: number, name: number, json: Uint8Array): boolean
}

/** What the kernel has just copied. */
export function copied(kernels: Kernels, names: readonly string[]): Copied {
  const { bytes, places } = kernels
  const copyEnd = kernels.copyEnd()
  return {
    bytes: bytes.subarray(copyAt, copyEnd),
    count: kernels.valuesCopied(),
    value: () => parse(bytes, copyAt, copyEnd),
    member(value, name) {
      const place = 2 * (names.length * value + name)
      const start = places[place] ?? 0
      return start === 0 ? undefined : parse(bytes, start, places[place + 1] ?? start)
    },
    isMember(value, name, json) {
      const place = 2 * (names.length * value + name)
      const start = places[place] ?? 0
      let at = json.length
      if ((places[place + 1] ?? 0) - start !== at) return false
      // From the end: names of files differ there.
      while (at > 0 && bytes[start + at - 1] === json[at - 1]) at -= 1
      return at === 0
    },
  }
}

/** JSON.parse of what was copied, quicker for whole numbers and for texts without escapes: there may be a million. */
function parse(bytes: Buffer, start: number, end: number): unknown {
  let number = 0
  for (let at = start; at < end && end - start <= 15; at++) {
    const digit = (bytes[at] ?? 0) - 48
    if (digit < 0 || digit > 9) break
    number = 10 * number + digit
    if (at === end - 1) return number
  }
  const json = bytes.toString('latin1', start, end)
  return json.startsWith('"') && !json.includes('\\') ? json.slice(1, -1) : JSON.parse(json)
}
