import { mismatch } from '../job/compare.ts'
import type { MeasuredFile, StoredFile } from '../job/files.ts'
import type { MeasureStep, Source, TransferOrder, VerifyStep } from '../job/transfer.ts'
import type { VerifyInput } from '../machines/transfer.ts'
import { alreadyThere } from './already-there.ts'
import type { JobPorts } from './ports.ts'
import { stepFailure } from './transfer-copy.ts'

/** What an output is before it leaves: its size and checksum, or why it cannot be sent (contracts/pilot-data.md 3.3). */
export async function measureOutput(ports: JobPorts, order: TransferOrder, signal: AbortSignal): Promise<MeasureStep> {
  const found = await ports.workers.measure(order.local, ['adler32'], signal)
  switch (found.kind) {
    case 'measured':
      if (found.file.size > 0) return { kind: 'measured', file: found.file }
      if (order.mayBeMissing) return { kind: 'absent' }
      return stepFailure(ports, order, 'ZEROFILESIZE', 'the payload left an empty file', 'give-up')
    case 'missing': {
      const there = await alreadyThere(ports, order.key, order.direction, order.lfn, signal)
      const way = order.ways.find(({ pfn }) => pfn === there?.pfn)
      if (there !== undefined && way !== undefined) {
        await recordDone(ports, order, way, there.file)
        return { kind: 'there', file: there.file, way }
      }
      if (order.mayBeMissing) return { kind: 'absent' }
      return stepFailure(ports, order, 'MISSINGOUTPUTFILE', 'the payload did not write it', 'give-up')
    }
    case 'unreadable':
      return stepFailure(ports, order, 'CHECKSUMCALCFAILURE', found.text, 'give-up')
  }
}

/** Holds what arrived against what was promised; a bad input is removed before the next try. */
export async function verify(ports: JobPorts, input: VerifyInput, signal: AbortSignal): Promise<VerifyStep> {
  const step =
    input.order.direction === 'in' ? await verifyInput(ports, input, signal) : await verifyOutput(ports, input, signal)
  if (step.kind === 'verified') await recordDone(ports, input.order, input.way, step.file)
  return step
}

async function verifyInput(ports: JobPorts, { order }: VerifyInput, signal: AbortSignal): Promise<VerifyStep> {
  const { workers, files } = ports
  const algorithms = order.checksum?.algorithm === 'md5' ? (['adler32', 'md5'] as const) : (['adler32'] as const)
  const found = await workers.measure(order.local, algorithms, signal, 'follow')
  if (found.kind !== 'measured') {
    return stepFailure(
      ports,
      order,
      found.kind === 'missing' ? 'MISSINGINPUTFILE' : 'CHECKSUMCALCFAILURE',
      found.text,
      'other-replica',
    )
  }
  const wrong = mismatch(order, found.file, 'in')
  if (wrong === undefined) return { kind: 'verified', file: found.file }
  await files.removeFile(order.local).catch(() => {})
  return stepFailure(ports, order, wrong.name, `${wrong.text} by the job definition`, 'other-replica')
}

/**
 * The far side's word is held against what was measured here. Where it gives no checksum, a path on this node is read
 * again unless the file was only renamed; a remote URL then counts by its size.
 */
async function verifyOutput(
  ports: JobPorts,
  { order, way, measured, copy }: VerifyInput,
  signal: AbortSignal,
): Promise<VerifyStep> {
  if (measured === undefined)
    return stepFailure(ports, order, 'CHECKSUMCALCFAILURE', 'it was never measured', 'give-up')
  let remote: Partial<MeasuredFile> = copy.remote
  if (remote.adler32 === undefined && way.pfn.startsWith('/') && !copy.linked) {
    const found = await ports.workers.measure(way.pfn, ['adler32'], signal)
    if (found.kind !== 'measured') return stepFailure(ports, order, 'STAGEOUTFAILED', found.text, 'retry')
    remote = found.file
  }
  if (remote.size === undefined && remote.adler32 === undefined) {
    return stepFailure(ports, order, 'STAGEOUTFAILED', `${way.copytool} cannot tell what was stored`, 'other-replica')
  }
  const expected = { size: measured.size, checksum: { algorithm: 'adler32', value: measured.adler32 } } as const
  const wrong = mismatch(expected, remote, 'out')
  if (wrong === undefined) return { kind: 'verified', file: measured }
  return stepFailure(ports, order, wrong.name, `${wrong.text} after the transfer`, 'retry')
}

async function recordDone(
  { database, log }: JobPorts,
  order: TransferOrder,
  way: Source,
  file: MeasuredFile,
): Promise<void> {
  const { key, direction, lfn, guid } = order
  const stored: StoredFile = { lfn, guid, size: file.size, adler32: file.adler32, surl: way.turl, rse: way.rse }
  const durability = direction === 'in' ? 'soon' : 'flushed'
  await database.write(key, { kind: 'transfer', direction, lfn, state: { kind: 'done', stored } }, durability)
  log.info(`${lfn}: ${file.size} bytes, adler32 ${file.adler32}, verified`)
}
