/** Whose code an event may run. One that is not alive is not woken; one that is paused is woken when it goes on. */
export interface Owner {
  readonly alive: boolean
  /** ms of the world's time. */
  readonly pausedUntil: number
}

interface Due {
  at: number
  readonly order: number
  readonly owner: Owner | undefined
  readonly fire: () => void
  /** It was fired or cancelled. */
  over: boolean
}

/** An event that is due. */
export type Handle = Due

/**
 * The one clock of a world: a heap of events by time, those of one time in the order in which they were set. Time is ms
 * since the start of the world and stands still while an event runs.
 */
export class WorldClock {
  now = 0
  #order = 0
  readonly #heap: Due[] = []

  /** When the next event is due, ms; undefined when none is left. It may have been cancelled. */
  get next(): number | undefined {
    return this.#heap[0]?.at
  }

  /** Sets an event `delay` ms from now, and who is woken by it; nobody's events belong to the world itself. */
  after(delay: number, owner: Owner | undefined, fire: () => void): Handle {
    const due: Due = { at: this.now + Math.max(0, delay), order: this.#order++, owner, fire, over: false }
    this.#push(due)
    return due
  }

  cancel(due: Handle): void {
    due.over = true
  }

  /**
   * Runs the next event. Says whose it was (`world`: nobody's, no pilot's code ran), or that none is left.
   */
  step(): 'pilot' | 'world' | 'none' {
    for (;;) {
      const due = this.#pop()
      if (due === undefined) return 'none'
      if (due.over || due.owner?.alive === false) continue
      if (due.owner !== undefined && due.owner.pausedUntil > due.at) {
        due.at = due.owner.pausedUntil
        this.#push(due)
        continue
      }
      due.over = true
      this.now = due.at
      due.fire()
      return due.owner === undefined ? 'world' : 'pilot'
    }
  }

  #push(due: Due): void {
    const heap = this.#heap
    let at = heap.push(due) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = heap[parent]
      if (above === undefined || !isSooner(due, above)) break
      heap[at] = above
      at = parent
    }
    heap[at] = due
  }

  #pop(): Due | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (first === undefined || last === undefined || first === last) return first
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      const [left, right] = [heap[child], heap[child + 1]]
      if (left === undefined) break
      const lesser = right !== undefined && isSooner(right, left) ? right : left
      if (lesser === right) child += 1
      if (!isSooner(lesser, last)) break
      heap[at] = lesser
      at = child
    }
    heap[at] = last
    return first
  }
}

function isSooner(a: Due, b: Due): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}
