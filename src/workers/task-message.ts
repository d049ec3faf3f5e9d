/** What a worker thread is handed. `progress` is one shared counter: as long as it moves, the task is not hanging. */
export interface TaskMessage<Order> {
  readonly order: Order
  readonly progress: Int32Array<SharedArrayBuffer>
}

/** The function that a task calls after each piece of work. */
export function tickOf(progress: Int32Array<SharedArrayBuffer>): () => void {
  return () => {
    Atomics.add(progress, 0, 1)
  }
}
