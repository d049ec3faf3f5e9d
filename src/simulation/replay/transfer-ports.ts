import { basename } from 'node:path'
import type { Assignment } from '../../job/assignment.ts'
import { errors } from '../../job/error-table.ts'
import type { InputFile, OutputFile } from '../../job/files.ts'
import { type Direction, transferAttempts } from '../../job/transfer.ts'
import type { CopyOutcome, Copytool, TransferPlan, TransferPlanner } from '../../storage/port.ts'
import type { Measured, Workers } from '../../workers/port.ts'
import type { Effects } from './effects.ts'
import type { Memory } from './memory.ts'

/** The one way by which files go here. */
const recorded = 'recorded'

export interface TransferWorld {
  readonly planner: TransferPlanner
  readonly copytool: Copytool
  readonly measure: Workers['measure']
  /** The GUID that the file which was planned last got then, if its definition has none; told once. */
  plannedGuid(): string | undefined
}

/** Transfers as they are recorded: each try takes the way of its intent, the last one ends as the record says. */
export function transferWorld(
  memory: Memory,
  effects: Effects,
  { definition, directory }: Pick<Assignment, 'definition' | 'directory'>,
  isFailing: (lfn: string) => boolean,
): TransferWorld {
  const directionOf = (lfn: string): Direction => {
    if (lfn === definition.log?.lfn) return 'log'
    return definition.outputs.some((file) => file.lfn === lfn) ? 'out' : 'in'
  }
  const tries = new Map<string, number>()
  let guid: string | undefined

  function planFor(direction: Direction, file: InputFile | OutputFile): TransferPlan {
    guid = file.guid === undefined ? memory.stored(direction, file.lfn)?.guid : undefined
    return plan(direction, file.lfn)
  }

  function plan(direction: Direction, lfn: string): TransferPlan {
    const intents = memory.intents(direction, lfn)
    const refusal = memory.fileFinding(lfn, direction)
    if (intents.length === 0 && refusal !== undefined && !memory.wasGivenUp(direction, lfn)) {
      return { kind: 'failed', error: { code: errors[refusal.name].code, text: refusal.text } }
    }
    const stored = memory.stored(direction, lfn)
    const pfns =
      intents.length === 0 ? [memory.lastPfn(direction, lfn) ?? `unrecorded:${lfn}`] : intents.map(({ pfn }) => pfn)
    return {
      kind: 'planned',
      replicas: pfns.map((pfn) => ({ pfn, turl: stored?.surl ?? pfn, rse: stored?.rse, copytool: recorded })),
    }
  }

  function ended(direction: Direction, lfn: string): CopyOutcome {
    const nth = (tries.get(lfn) ?? 0) + 1
    tries.set(lfn, nth)
    const measured = memory.measured(direction, lfn)
    const isLast = nth >= memory.intents(direction, lfn).length
    const failed = isFailing(lfn) || !isLast || memory.stored(direction, lfn) === undefined
    if (!failed) {
      const remoteChecksum = measured && ({ algorithm: 'adler32', value: measured.adler32 } as const)
      return { kind: 'copied', linked: false, remoteSize: measured?.size, remoteChecksum }
    }
    const finding = memory.fileFinding(lfn, direction)
    const name = finding?.name ?? (direction === 'in' ? 'STAGEINFAILED' : 'STAGEOUTFAILED')
    const text = finding?.text ?? 'the records do not say why'
    const advice = isLast || nth >= transferAttempts || isFailing(lfn) ? 'give-up' : 'retry'
    return { kind: 'failed', error: { code: errors[name].code, text }, advice }
  }

  /** A life that went out to store a file did not find it stored; one that only recorded it as done did. */
  function found(path: string): Measured {
    const lfn = basename(path)
    const direction = directionOf(lfn)
    const wasMoved = direction !== 'in' && memory.intents(direction, lfn).length === 0
    const isLocal = path === `${directory}/${lfn}`
    const file = memory.measured(direction, lfn)
    if (file !== undefined && isLocal !== wasMoved) {
      const promised = definition.inputs.find((input) => input.lfn === lfn)?.checksum
      return { kind: 'measured', file: promised?.algorithm === 'md5' ? { ...file, md5: promised.value } : file }
    }
    const finding = memory.fileFinding(lfn, direction)
    if (finding?.name === 'ZEROFILESIZE') return { kind: 'measured', file: { size: 0, adler32: '00000001' } }
    if (finding?.name === 'CHECKSUMCALCFAILURE') return { kind: 'unreadable', text: finding.text }
    return { kind: 'missing', text: finding?.text ?? 'it was not there' }
  }

  return {
    planner: {
      stageIn: (file) => planFor('in', file),
      stageOut: (file) => planFor(directionOf(file.lfn), file),
      timeout: () => 0,
      pause: () => 0,
      catalogue: () => '',
      outputList: () => undefined,
      needsRoom: () => false,
    },
    copytool: {
      name: recorded,
      schemes: [],
      copy: ({ lfn }) => effects.ask('transfer', lfn, () => ended(directionOf(lfn), lfn)),
    },
    measure: (path) => effects.ask('transfer', basename(path), () => found(path)),
    plannedGuid() {
      const told = guid
      guid = undefined
      return told
    },
  }
}
