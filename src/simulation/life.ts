import type { Handle, Owner, WorldClock } from './clock.ts'

/** Told at the moment before and after each effect: what asks the world for something. Records go by their kind. */
export type OnEffect = (name: string, when: 'before' | 'after') => void

/** One process of a pilot, from its birth to its death or its end. What it waits for never comes once it is dead. */
export class Life implements Owner {
  alive = true
  pausedUntil = 0
  readonly #onEffect: OnEffect
  readonly #clock: WorldClock
  /** Events that will wake it. A living process without any hangs for ever. */
  waiting = 0

  constructor(clock: WorldClock, onEffect: OnEffect) {
    this.#clock = clock
    this.#onEffect = onEffect
  }

  /** XState's clock: timers die with the process. */
  readonly timers = {
    setTimeout: (fire: () => void, delay: number): Handle => this.after(delay, fire),
    clearTimeout: (handle: Handle): void => this.cancel(handle),
  }

  after(delay: number, fire: () => void): Handle {
    this.waiting += 1
    return this.#clock.after(delay, this, () => {
      this.waiting -= 1
      fire()
    })
  }

  cancel(handle: Handle | undefined): void {
    if (handle === undefined || handle.over) return
    this.#clock.cancel(handle)
    this.waiting -= 1
  }

  /** An effect on the node: done at once, its answer heard after `delay` ms, unless the process dies on the way. */
  effect<T>(delay: number, perform: () => T, name = 'effect'): Promise<T> {
    return new Promise((resolve, reject) => {
      if (!this.begins(name)) return
      let outcome: () => void
      try {
        const result = perform()
        outcome = () => resolve(result)
      } catch (cause) {
        outcome = () => reject(cause as Error)
      }
      if (!this.ends(name)) return
      if (delay <= 0) outcome()
      else this.after(delay, outcome)
    })
  }

  /** The moment before an effect; false when the process did not live to make it. */
  begins(name = 'effect'): boolean {
    if (this.alive) this.#onEffect(name, 'before')
    return this.alive
  }

  /** The moment after an effect; false when the process did not live to hear of it. */
  ends(name = 'effect'): boolean {
    if (this.alive) this.#onEffect(name, 'after')
    return this.alive
  }
}
