/** Chance that a seed decides. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number
  /** A whole number from `least` to `most`, both possible. */
  whole(least: number, most: number): number
  /** True so often in 1. */
  chance(probability: number): boolean
  one<T>(of: readonly [T, ...T[]]): T
  /** Eight lower-case hex digits. */
  hex(): string
}

/**
 * The stream of draws that belongs to a purpose: a further draw for one purpose changes no other. sfc32 seeded from an
 * FNV-1a hash of seed and purpose.
 */
export function randomFor(seed: number, purpose: string): Random {
  let [a, b, c, d] = [hash(`a ${seed} ${purpose}`), hash(`b ${seed} ${purpose}`), hash(`c ${seed} ${purpose}`), 1]
  const bits = (): number => {
    const sum = (a + b + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + sum) | 0
    return sum >>> 0
  }
  for (let round = 0; round < 12; round++) bits()
  const next = (): number => bits() / 2 ** 32
  return {
    next,
    whole: (least, most) => least + Math.floor(next() * (most - least + 1)),
    chance: (probability) => next() < probability,
    one: (of) => of[Math.floor(next() * of.length)] ?? of[0],
    hex: () => bits().toString(16).padStart(8, '0'),
  }
}

function hash(text: string): number {
  let value = 0x811c9dc5
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193)
  return value | 0
}
