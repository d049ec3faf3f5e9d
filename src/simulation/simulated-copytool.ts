import { type ErrorName, errors } from '../job/error-table.ts'
import type { CopyOrder, CopyOutcome, Copytool, RetryAdvice } from '../storage/port.ts'
import type { Content } from './happening.ts'
import type { Life } from './life.ts'
import type { CopyFault } from './scenario.ts'

/** Both places of a copy: files by path or URL. */
export interface CopyPlaces {
  readonly local: Map<string, Content>
  readonly remote: Map<string, Content>
}

export interface CopytoolOptions {
  /**
   * `net` replaces what is in the way, and the far side tells a checksum. `mv` renames outputs, leaves alone what is in
   * the way (1221), and tells only the size.
   */
  readonly name: 'net' | 'mv'
  readonly places: CopyPlaces
  /** What goes wrong with the next copy. */
  readonly nextFault: () => CopyFault | undefined
  /** ms of a copy of so many bytes. */
  readonly duration: (size: number) => number
  readonly onCopy: (moment: 'started' | 'ended', order: CopyOrder) => void
}

/** A copytool between a node and a storage that is a map. */
export function simulatedCopytool(life: Life, options: CopytoolOptions): Copytool {
  const { name, places, nextFault, duration, onCopy } = options
  return {
    name,
    schemes: name === 'net' ? ['net'] : [],
    copy(order, progress, signal) {
      return new Promise((resolve) => {
        if (!life.begins()) return
        if (signal.aborted) return resolve(failedCopy(order, 'stopped', 'give-up'))
        onCopy('started', order)
        const fault = nextFault()
        const needed = fault === 'hang' ? Infinity : duration(order.size ?? 0) * (fault === 'slow' ? 50 : 1)
        const timer = life.after(Math.min(needed, order.timeout * 1000), () => {
          signal.removeEventListener('abort', stop)
          const outcome =
            needed > order.timeout * 1000
              ? failedCopy(order, `gave up after ${order.timeout} s`, 'retry')
              : carryOut(order, options, fault)
          if (outcome.kind === 'copied') progress(outcome.remoteSize ?? 0)
          onCopy('ended', order)
          if (life.ends()) resolve(outcome)
        })
        const stop = (): void => {
          life.cancel(timer)
          onCopy('ended', order)
          if (life.ends()) resolve(failedCopy(order, 'stopped', 'give-up'))
        }
        signal.addEventListener('abort', stop, { once: true })
      })
    },
  }

  function carryOut(order: CopyOrder, { name }: CopytoolOptions, fault: CopyFault | undefined): CopyOutcome {
    const incoming = order.direction === 'in'
    const [from, source] = incoming ? [places.remote, order.remote] : [places.local, order.local]
    const [to, target] = incoming ? [places.local, order.local] : [places.remote, order.remote]
    if (fault === 'fail') return failedCopy(order, 'the storage is busy', 'retry', 'SERVICENOTAVAILABLE')
    if (name === 'mv' && to.has(target)) return failedCopy(order, `${target} is there already`, 'give-up', 'FILEEXISTS')
    const content = fault === 'vanish' && incoming ? undefined : from.get(source)
    if (content === undefined) {
      return incoming
        ? failedCopy(order, `${source} is missing`, 'other-replica', 'MISSINGINPUTFILE')
        : failedCopy(order, `${source} is missing`, 'give-up', 'MISSINGOUTPUTFILE')
    }
    if (order.size !== undefined && order.size !== content.size) {
      return failedCopy(order, `${source} has ${content.size} bytes, not ${order.size}`, 'other-replica')
    }
    if (name === 'net' && isOther(order, content)) {
      const wrong: ErrorName = incoming ? 'GETADMISMATCH' : 'PUTADMISMATCH'
      return failedCopy(order, 'the checksum is another', incoming ? 'other-replica' : 'retry', wrong)
    }
    const arrived = fault === 'corrupt' && name === 'net' ? corrupted(content) : content
    to.set(target, arrived)
    if (name === 'mv' && !incoming) from.delete(source)
    const remoteChecksum = name === 'net' ? ({ algorithm: 'adler32', value: arrived.adler32 } as const) : undefined
    return { kind: 'copied', remoteSize: arrived.size, remoteChecksum, linked: name === 'mv' }
  }
}

function isOther({ checksum }: CopyOrder, { adler32 }: Content): boolean {
  return checksum?.algorithm === 'adler32' && checksum.value !== adler32
}

/** A byte is another, the size is not. */
function corrupted({ size, adler32 }: Content): Content {
  return { size, adler32: ((Number.parseInt(adler32, 16) ^ 0x10001) >>> 0).toString(16).padStart(8, '0') }
}

function failedCopy(order: CopyOrder, text: string, advice: RetryAdvice, named?: ErrorName): CopyOutcome {
  const name = named ?? (order.direction === 'in' ? 'STAGEINFAILED' : 'STAGEOUTFAILED')
  return { kind: 'failed', error: { code: errors[name].code, text: `${order.lfn}: ${text}` }, advice }
}
