import type { Handle, Owner, WorldClock } from './clock.ts'

/** One process of a pilot, from its birth to its death or its end. What it waits for never comes once it is dead. */
export class Life implements Owner {
  alive = true
  pausedUntil = 0
  /** Effects begun by this process: what asks the world for something. */
  readonly #onEffect: (when: 'before' | 'after') => void
  readonly #clock: WorldClock
  /** Events that will wake it. A living process without any hangs for ever. */
  waiting = 0

  constructor(clock: WorldClock, onEffect: (when: 'before' | 'after') => void) {
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
  effect<T>(delay: number, perform: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      if (!this.begins()) return
      let outcome: () => void
      try {
        const result = perform()
        outcome = () => resolve(result)
      } catch (cause) {
        outcome = () => reject(cause as Error)
      }
      if (!this.ends()) return
      if (delay <= 0) outcome()
      else this.after(delay, outcome)
    })
  }

  /** The moment before an effect; false when the process did not live to make it. */
  begins(): boolean {
    if (this.alive) this.#onEffect('before')
    return this.alive
  }

  /** The moment after an effect; false when the process did not live to hear of it. */
  ends(): boolean {
    if (this.alive) this.#onEffect('after')
    return this.alive
  }
}
