import type { MeasuredFile } from '../job/files.ts'
import type { JobKey } from '../job/ids.ts'
import { foldHistory } from '../job/job-state.ts'
import type { Direction } from '../job/transfer.ts'
import type { JobPorts } from './ports.ts'

export interface Found {
  readonly pfn: string
  readonly file: MeasuredFile
}

/**
 * An output that an earlier life of this pilot moved away without living to record it: its intent is recorded with its
 * measure, and that very file lies at the destination. Only paths of this node can be looked at; an upload is repeated.
 */
export async function alreadyThere(
  { database, workers }: JobPorts,
  key: JobKey,
  direction: Direction,
  lfn: string,
  signal: AbortSignal,
): Promise<Found | undefined> {
  const { transfers } = foldHistory(database.history(key))
  const before = transfers.find((transfer) => transfer.direction === direction && transfer.lfn === lfn)?.state
  if (before?.kind !== 'intended' || before.measured === undefined || !before.pfn.startsWith('/')) return undefined
  const found = await workers.measure(before.pfn, ['adler32'], signal)
  if (found.kind !== 'measured') return undefined
  const { size, adler32 } = before.measured
  return found.file.size === size && found.file.adler32 === adler32 ? { pfn: before.pfn, file: found.file } : undefined
}
