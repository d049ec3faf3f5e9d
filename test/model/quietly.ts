/** The development build of XState warns of every message to an actor that is over; those that matter have rules. */
export function quietly<T>(work: () => T): T {
  const { warn } = console
  const restore = (): void => {
    console.warn = warn
  }
  console.warn = () => {}
  let result: T | undefined
  try {
    result = work()
    return result instanceof Promise ? (result.finally(restore) as T) : result
  } finally {
    if (!(result instanceof Promise)) restore()
  }
}
