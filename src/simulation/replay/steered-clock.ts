interface Timer {
  readonly delay: number
  readonly due: number
  readonly fire: () => void
}

/** A clock that goes where the records go, ms since the epoch; XState's timers and the clock port are set by it. */
export class SteeredClock {
  now: number
  readonly #timers = new Map<number, Timer>()
  #nextId = 1

  constructor(now: number) {
    this.now = now
  }

  /** Part of XState's clock. */
  setTimeout(fire: () => void, delay: number): number {
    const id = this.#nextId++
    this.#timers.set(id, { delay, due: this.now + delay, fire })
    return id
  }

  /** Part of XState's clock. */
  clearTimeout(id: number): void {
    this.#timers.delete(id)
  }

  /** When the soonest timer is due; undefined when none is set. */
  get soonest(): number | undefined {
    return this.#inOrder()[0]?.[1].due
  }

  /** Goes to that time, never back. Fires at most one timer that is due by then; false when none is. */
  fireDue(time: number): boolean {
    const [id, timer] = this.#inOrder()[0] ?? []
    if (id === undefined || timer === undefined || timer.due > time) {
      this.now = Math.max(this.now, time)
      return false
    }
    this.#timers.delete(id)
    this.now = Math.max(this.now, timer.due)
    timer.fire()
    return true
  }

  /** Fires a timer that was set with this delay, however long it still had to go; false when there is none. */
  call(delay: number): boolean {
    const [id, timer] = [...this.#timers].find(([, each]) => each.delay === delay) ?? []
    if (id === undefined || timer === undefined) return false
    this.#timers.delete(id)
    timer.fire()
    return true
  }

  #inOrder(): [number, Timer][] {
    return [...this.#timers].sort(([a, { due }], [b, { due: other }]) => due - other || a - b)
  }
}
