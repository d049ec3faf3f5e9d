import type { Files } from '../host/port.ts'
import type { Assignment } from '../job/assignment.ts'
import { isAnalysis } from '../job/definition.ts'
import { errorName, type Finding } from '../job/errors.ts'
import type { InputFile, OutputFile, StoredFile } from '../job/files.ts'
import type { Guid, Rse } from '../job/ids.ts'
import { foldHistory } from '../job/job-state.ts'
import { storedBefore } from '../job/resume.ts'
import { type Direction, phaseOf, type Source, type TransferOrder, type TransferResult } from '../job/transfer.ts'
import { type DataInput, type DataPlan, dataMachine, type SettleInput } from '../machines/data.ts'
import { task } from '../machines/task.ts'
import type { TransferPlan } from '../storage/port.ts'
import type { JobPorts } from './ports.ts'
import { identityOf, said, saidFinding } from './said.ts'
import { transferActor } from './transfer.ts'

export function dataActor(ports: JobPorts) {
  return dataMachine.provide({
    actors: {
      plan: task((input) => plan(ports, input)),
      settle: task((input) => settle(ports, input)),
      transfer: transferActor(ports),
    },
  })
}

async function plan(ports: JobPorts, { assignment, direction, outputs }: DataInput): Promise<DataPlan> {
  const orders: TransferOrder[] = []
  const done: TransferResult[] = []
  const findings: Finding[] = []
  const add = (file: InputFile | OutputFile, planned: TransferPlan): void => {
    if (planned.kind === 'planned') orders.push(orderOf(ports, assignment, direction, file, planned))
    else findings.push(refused(ports, direction, file.lfn, planned.error))
  }
  const { definition, queue, endpoints } = assignment
  const analysis = isAnalysis(definition)
  if (direction === 'in') {
    for (const file of ports.experiment.inputs(definition))
      add(file, ports.planner.stageIn(file, queue, endpoints, analysis))
  } else {
    const before = storedBefore(foldHistory(ports.database.history(assignment.key)), direction)
    for (const file of outputs) {
      const planned = ports.planner.stageOut(file, queue, endpoints, analysis)
      const stored = before.get(file.lfn)
      if (stored === undefined) add(file, planned)
      else done.push({ kind: 'stored', lfn: file.lfn, file: stored, way: wayOf(stored, planned), attempts: 0 })
    }
  }
  if (direction === 'in' && findings.length === 0) findings.push(...(await roomFor(ports, assignment, orders)))
  for (const finding of findings) ports.log.warning(`${said(assignment)}: ${saidFinding(finding)}`)
  return findings.length > 0 ? { orders: [], done: [], findings } : { orders, done, findings }
}

/** The way an earlier life of this pilot took. */
function wayOf(stored: StoredFile, planned: TransferPlan): Source {
  const replica = planned.kind === 'planned' ? planned.replicas.find(({ turl }) => turl === stored.surl) : undefined
  return { pfn: replica?.pfn ?? stored.surl, turl: stored.surl, rse: stored.rse, copytool: replica?.copytool ?? '' }
}

function orderOf(
  { entropy }: JobPorts,
  assignment: Assignment,
  direction: Direction,
  file: InputFile | OutputFile,
  planned: TransferPlan & { readonly kind: 'planned' },
): TransferOrder {
  return {
    key: assignment.key,
    job: identityOf(assignment),
    direction,
    lfn: file.lfn,
    guid: file.guid ?? (entropy.guid() as Guid),
    local: `${assignment.directory}/${file.lfn}`,
    ways: planned.replicas.map((replica): Source => ({ ...replica, rse: replica.rse as Rse | undefined })),
    size: 'size' in file ? file.size : undefined,
    checksum: 'checksum' in file ? file.checksum : undefined,
    mayBeMissing: 'mayBeMissing' in file && file.mayBeMissing,
  }
}

function refused(
  { clock }: JobPorts,
  direction: Direction,
  lfn: string,
  error: { code: number; text: string },
): Finding {
  const name = errorName(error.code) ?? (direction === 'in' ? 'STAGEINFAILED' : 'STAGEOUTFAILED')
  return { name, detail: `${lfn}: ${error.text}`, phase: phaseOf(direction), at: clock.now(), origin: 'data' }
}

/** The inputs must fit on the disk (contracts/pilot-data.md 2.6). */
async function roomFor(
  { disk, planner, clock }: JobPorts,
  { directory, queue }: Assignment,
  orders: readonly TransferOrder[],
): Promise<readonly Finding[]> {
  const bytes = orders
    .filter(({ ways }) => ways[0] !== undefined && planner.needsRoom(ways[0]))
    .reduce((sum, { size }) => sum + (size ?? 0), 0)
  if (bytes === 0 || queue.maxInputSize === -1) return []
  const at = clock.now()
  const limit = queue.maxWorkDir * 1024 * 1024
  if (limit > 0 && bytes > limit) {
    const detail = `inputs of ${bytes} bytes, the queue's maxwdir is ${limit}`
    return [{ name: 'SIZETOOLARGE', detail, phase: 'stage-in', at, origin: 'data' }]
  }
  const free = await disk.freeSpace(directory)
  if (free === undefined || bytes <= free) return []
  const detail = `inputs of ${bytes} bytes, ${free} free in ${directory}`
  return [{ name: 'NOLOCALSPACE', detail, phase: 'stage-in', at, origin: 'data' }]
}

/** PoolFileCatalog.xml beside the inputs; output.list beside outputs that `mv` moved. */
async function settle(
  { planner, files, outputFiles, clock }: JobPorts,
  { assignment, direction, results }: SettleInput,
): Promise<readonly Finding[]> {
  try {
    if (direction === 'in') {
      const text = planner.catalogue(assignment.definition.inputs)
      await files.write(`${assignment.directory}/PoolFileCatalog.xml`, text)
      return []
    }
    const listed = new Map<string, ReadonlySet<string>>()
    for (const result of results) {
      if (result.kind !== 'stored') continue
      const entry = planner.outputList(assignment.queue, result.way, result.lfn, result.file.adler32)
      if (entry === undefined) continue
      const lines = listed.get(entry.file) ?? (await linesOf(outputFiles, entry.file))
      listed.set(entry.file, lines)
      if (!lines.has(entry.line)) await outputFiles.append(entry.file, entry.line)
    }
    return []
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    return [{ name: 'FILEHANDLINGFAILURE', detail, phase: phaseOf(direction), at: clock.now(), origin: 'data' }]
  }
}

/** Bytes of an output.list that are looked at: some ten thousand outputs. */
const longestList = 4 * 1024 * 1024

/** What an earlier life of this pilot wrote there, each line with its newline. */
async function linesOf(files: Files, path: string): Promise<ReadonlySet<string>> {
  const text = (await files.exists(path)) ? await files.readEnd(path, longestList) : ''
  return new Set(text.split('\n').map((line) => `${line}\n`))
}
