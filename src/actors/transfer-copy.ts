import type { ErrorName } from '../job/error-table.ts'
import { errorName } from '../job/errors.ts'
import type { MeasuredFile } from '../job/files.ts'
import type { TransferState } from '../job/record.ts'
import { type CopyStep, phaseOf, type StepFailure, type TransferOrder } from '../job/transfer.ts'
import type { CopyInput } from '../machines/transfer.ts'
import type { CopyOrder } from '../storage/port.ts'
import type { JobPorts } from './ports.ts'

/** One try: intent recorded, file copied by the way's tool. */
export async function copy(
  ports: JobPorts,
  { order, way, measured }: CopyInput,
  signal: AbortSignal,
): Promise<CopyStep> {
  const { copytools, planner, database, clock, live, log } = ports
  const { direction, lfn, key } = order
  const tool = copytools.get(way.copytool)
  if (tool === undefined) return stepFailure(ports, order, 'UNKNOWNCOPYTOOL', way.copytool, 'other-replica')
  await database.write(key, { kind: 'transfer', direction, lfn, state: intended(way.pfn, measured) }, 'soon')
  const size = measured?.size ?? order.size
  const copyOrder: CopyOrder = {
    direction: direction === 'in' ? 'in' : 'out',
    lfn,
    local: order.local,
    remote: way.pfn,
    size,
    checksum: measured === undefined ? order.checksum : { algorithm: 'adler32', value: measured.adler32 },
    timeout: planner.timeout(size),
  }
  const progress = (bytes: number): void =>
    live.tell({ type: 'transfer.progress', at: clock.now(), ...order.job, direction, lfn, bytes, size })
  log.info(`${lfn}: ${tool.name} ${direction === 'in' ? 'from' : 'to'} ${way.pfn}`)
  const outcome = await tool.copy(copyOrder, progress, signal)
  if (outcome.kind === 'copied') {
    const { remoteSize, remoteChecksum } = outcome
    const remote: Partial<MeasuredFile> = {
      ...(remoteSize === undefined ? {} : { size: remoteSize }),
      ...(remoteChecksum === undefined ? {} : { [remoteChecksum.algorithm]: remoteChecksum.value }),
    }
    return { kind: 'copied', linked: outcome.linked, remote }
  }
  const name = errorName(outcome.error.code) ?? (direction === 'in' ? 'STAGEINFAILED' : 'STAGEOUTFAILED')
  if (name === 'FILEEXISTS' && measured !== undefined && (await isThere(ports, way.pfn, measured, signal))) {
    log.info(`${lfn}: the same file is there already`)
    return { kind: 'copied', linked: true, remote: measured }
  }
  // An input that is there already came in an earlier life of this pilot, or it is none: its checksum tells.
  if (name === 'FILEEXISTS' && direction === 'in') return { kind: 'copied', linked: false, remote: {} }
  return stepFailure(ports, order, name, outcome.error.text, outcome.advice)
}

/** An output's measure goes with the intent: moved away, it is known again at its destination. */
function intended(pfn: string, measured: MeasuredFile | undefined): TransferState {
  return measured === undefined ? { kind: 'intended', pfn } : { kind: 'intended', pfn, measured }
}

/** An identical file at the destination is what an earlier life of this pilot left there: success. */
async function isThere(
  { workers }: JobPorts,
  pfn: string,
  measured: MeasuredFile,
  signal: AbortSignal,
): Promise<boolean> {
  if (!pfn.startsWith('/')) return false
  const there = await workers.measure(pfn, ['adler32'], signal)
  return there.kind === 'measured' && there.file.size === measured.size && there.file.adler32 === measured.adler32
}

/** A step that did not work, logged and put into words. */
export function stepFailure(
  { clock, log }: JobPorts,
  { lfn, direction }: TransferOrder,
  name: ErrorName,
  text: string,
  advice: StepFailure['advice'],
): StepFailure {
  log.warning(`${lfn}: ${text} (${advice})`)
  return {
    kind: 'failed',
    finding: { name, detail: `${lfn}: ${text}`, phase: phaseOf(direction), at: clock.now(), origin: 'transfer' },
    advice,
  }
}
