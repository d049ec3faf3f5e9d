interface Timer {
  readonly due: number
  readonly fire: () => void
}

/** A clock that stands still until it is told to go on. Milliseconds from 0. */
export class SteppedClock {
  now = 0
  #timers = new Map<number, Timer>()
  #nextId = 1

  /** Part of XState's clock. */
  setTimeout(fire: () => void, delay: number): number {
    const id = this.#nextId++
    this.#timers.set(id, { due: this.now + delay, fire })
    return id
  }

  clearTimeout(id: number): void {
    this.#timers.delete(id)
  }

  /** Times of the timers that are set, soonest first, each once. */
  get dueTimes(): number[] {
    return [...new Set([...this.#timers.values()].map(({ due }) => due))].sort((a, b) => a - b)
  }

  /** Goes to that time; every timer on the way fires at its own, those that are set meanwhile included. */
  advanceTo(time: number): void {
    for (;;) {
      const [id, timer] = this.#soonest() ?? []
      if (id === undefined || timer === undefined || timer.due > time) break
      this.#timers.delete(id)
      this.now = timer.due
      timer.fire()
    }
    this.now = time
  }

  #soonest(): [number, Timer] | undefined {
    return [...this.#timers].sort(([a, { due }], [b, { due: other }]) => due - other || a - b)[0]
  }
}
