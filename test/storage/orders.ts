import type { CopyOrder, CopyOutcome } from '../../src/storage/port.ts'

/** An order that knows nothing about the file but where it is and where it goes. */
export function orderOf(part: Partial<CopyOrder> & Pick<CopyOrder, 'direction' | 'local' | 'remote'>): CopyOrder {
  return { lfn: part.local.split('/').at(-1) ?? '', size: undefined, checksum: undefined, timeout: 60, ...part }
}

/** The code a copy failed with; undefined when it was done. */
export function codeOf(outcome: CopyOutcome): number | undefined {
  return outcome.kind === 'failed' ? outcome.error.code : undefined
}

export const noProgress = (): void => undefined
export const never = new AbortController().signal
