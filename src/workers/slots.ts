export interface Slots {
  /** Waits for a slot, first come, first served; false when `signal` fired before there was one. */
  take(signal: AbortSignal | undefined): Promise<boolean>
  give(): void
}

/**
 * A fixed number of places. Tasks wait here and not in Piscina's own queue: with no minimum of threads Piscina starts no
 * replacement for an aborted worker until the next task arrives, so what waits there could wait for ever.
 */
export function createSlots(count: number): Slots {
  const waiting = new Set<() => void>()
  let free = count
  return {
    take(signal) {
      if (signal?.aborted) return Promise.resolve(false)
      if (free > 0) {
        free -= 1
        return Promise.resolve(true)
      }
      return new Promise((resolve) => {
        const leave = () => {
          waiting.delete(enter)
          resolve(false)
        }
        const enter = () => {
          signal?.removeEventListener('abort', leave)
          resolve(true)
        }
        signal?.addEventListener('abort', leave, { once: true })
        waiting.add(enter)
      })
    },
    give() {
      const [next] = waiting
      if (next === undefined) {
        free += 1
        return
      }
      waiting.delete(next)
      next()
    },
  }
}
