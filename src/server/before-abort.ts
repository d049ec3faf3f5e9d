/** What `work` resolves to, or undefined as soon as `signal` fires; the work itself goes on for others who wait for it. */
export function beforeAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const abort = () => resolve(undefined)
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

/** Why a call ended without its answer. */
export function abortText({ reason }: AbortSignal): string {
  return reason instanceof Error && reason.name === 'TimeoutError'
    ? 'no answer within the time limit'
    : 'the call was given up'
}
