/** A stream of chance that a seed decides: xoshiro128**, its state filled by splitmix32. Not for secrets. */
export class RandomStream {
  #a: number
  #b: number
  #c: number
  #d: number
  #spare: number | undefined

  constructor(seed: number) {
    let state = seed | 0
    const splitmix = () => {
      state = (state + 0x9e3779b9) | 0
      let z = state ^ (state >>> 16)
      z = Math.imul(z, 0x21f0aaad)
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
      return z ^ (z >>> 15)
    }
    this.#a = splitmix()
    this.#b = splitmix()
    this.#c = splitmix()
    this.#d = splitmix()
  }

  /** Uniform in (0, 1): neither end ever comes, so a logarithm of it is finite. */
  uniform(): number {
    const scrambled = Math.imul(this.#b, 5)
    const word = Math.imul((scrambled << 7) | (scrambled >>> 25), 9)
    const shifted = this.#b << 9
    this.#c ^= this.#a
    this.#d ^= this.#b
    this.#b ^= this.#c
    this.#a ^= this.#d
    this.#c ^= shifted
    this.#d = (this.#d << 11) | (this.#d >>> 21)
    return ((word >>> 0) + 0.5) / 2 ** 32
  }

  /** Normal with mean 0 and width 1 (Box–Muller; the second of each pair is kept for the next call). */
  gauss(): number {
    const kept = this.#spare
    if (kept !== undefined) {
      this.#spare = undefined
      return kept
    }
    const radius = Math.sqrt(-2 * Math.log(this.uniform()))
    const angle = 2 * Math.PI * this.uniform()
    this.#spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }
}
