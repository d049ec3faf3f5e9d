import type { Pool } from 'undici'
import { abortText } from './before-abort.ts'

export interface HttpRequest {
  readonly method: 'GET' | 'POST'
  /** Path and query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | undefined
  /** Asked again, the server would do another thing: never repeated, whatever became of the connection. */
  readonly once?: boolean
}

/** The whole answer, or none: half an answer is none. */
export type Reply =
  | { readonly kind: 'answer'; readonly status: number; readonly body: Buffer }
  | { readonly kind: 'none'; readonly text: string }

export interface Exchange {
  readonly reply: Reply
  /** The request was on its way when the other side closed the connection without a byte of an answer. */
  readonly droppedUnread: boolean
}

/** Codes of a connection that the other side closed. */
const closings = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])

/**
 * One request and its whole answer. Never rejects; ends when `signal` fires. Follows no redirect and repeats nothing.
 * undici's `dispatch` is used directly: it alone tells whether a first byte came, which decides about a repeat.
 */
export function exchange(pool: Pool, request: HttpRequest, signal: AbortSignal): Promise<Exchange> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let status = 0
    let sending = false
    let answering = false
    let ended = false
    let stop: ((reason: Error) => void) | undefined

    const end = (reply: Reply, droppedUnread = false) => {
      if (ended) return
      ended = true
      signal.removeEventListener('abort', abort)
      resolve({ reply, droppedUnread })
    }
    const abort = () => {
      end({ kind: 'none', text: abortText(signal) })
      stop?.(new Error('given up'))
    }
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort)

    const { method, path, headers, body } = request
    pool.dispatch(
      { method, path, headers, body: body ?? null },
      {
        onRequestStart(controller) {
          sending = true
          stop = (reason) => controller.abort(reason)
          if (ended) stop(new Error('given up'))
        },
        onResponseStarted() {
          answering = true
        },
        onResponseStart(_controller, statusCode) {
          status = statusCode
        },
        onResponseData(_controller, chunk) {
          chunks.push(chunk)
        },
        onResponseEnd() {
          end({ kind: 'answer', status, body: Buffer.concat(chunks) })
        },
        onResponseError(_controller, error) {
          const droppedUnread = sending && !answering && closings.has(errorCode(error))
          end({ kind: 'none', text: errorText(error) }, droppedUnread)
        },
      },
    )
  })
}

function errorCode(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}

/** What went wrong with the connection. Several addresses tried give one error for each: the first is told. */
function errorText(error: Error): string {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return errorText(error.errors[0])
  return `${error.message} (${errorCode(error)})`
}
