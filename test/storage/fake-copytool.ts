import type { ErrorName } from '../../src/job/error-table.ts'
import { classify, failed, stopped } from '../../src/storage/copy-errors.ts'
import type { CopyOrder, CopyOutcome, CopyProgress, Copytool, RetryAdvice } from '../../src/storage/port.ts'
import { adler32Of } from './adler32.ts'

/** What a fake copy does instead of what it was asked. */
type CopyFault =
  | { readonly kind: 'fail'; readonly name: ErrorName; readonly advice: RetryAdvice }
  /** Runs until it is told to stop. */
  | { readonly kind: 'hang' }
  /** Succeeds with other bytes than it was given, as a bad disk would. */
  | { readonly kind: 'corrupt' }

export interface FakeCopytool extends Copytool {
  /** Every file of both places by its path or URL. */
  readonly files: Map<string, Uint8Array>
  /** Orders in the sequence in which they came. */
  readonly orders: CopyOrder[]
  /** The next copies of this LFN go wrong so, one each. */
  script(lfn: string, ...faults: readonly CopyFault[]): void
}

/** A copytool whose storage is a map, to be steered by hand. It verifies sizes and adler32 checksums. */
export function createFakeCopytool(name = 'fake', schemes: readonly string[] = []): FakeCopytool {
  const files = new Map<string, Uint8Array>()
  const orders: CopyOrder[] = []
  const scripts = new Map<string, CopyFault[]>()

  function transfer(order: CopyOrder, progress: CopyProgress, corrupt: boolean): CopyOutcome {
    const [source, target] = order.direction === 'in' ? [order.remote, order.local] : [order.local, order.remote]
    const bytes = files.get(source)
    if (bytes === undefined) return classify({ tool: 'mv', order, systemError: 'ENOENT', text: `${source} is missing` })
    if (order.size !== undefined && order.size !== bytes.length) {
      return classify({ tool: name, order, text: `${bytes.length} bytes, not ${order.size}` })
    }
    if (order.checksum?.algorithm === 'adler32' && order.checksum.value !== adler32Of(bytes).value) {
      return classify({ tool: name, order, text: 'checksum error' })
    }
    const arrived = corrupt ? bytes.map((byte) => byte ^ 0xff) : bytes
    files.set(target, arrived)
    progress(arrived.length)
    return { kind: 'copied', remoteSize: arrived.length, remoteChecksum: adler32Of(arrived), linked: false }
  }

  return {
    name,
    schemes,
    files,
    orders,
    script(lfn, ...faults) {
      scripts.set(lfn, [...(scripts.get(lfn) ?? []), ...faults])
    },
    async copy(order, progress, signal) {
      orders.push(order)
      await Promise.resolve()
      if (signal.aborted) return stopped(name, order)
      const fault = scripts.get(order.lfn)?.shift()
      switch (fault?.kind) {
        case 'fail':
          return failed(fault.name, 'scripted', fault.advice)
        case 'hang':
          await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
          return stopped(name, order)
        default:
          return transfer(order, progress, fault?.kind === 'corrupt')
      }
    },
  }
}
