import type { Assignment } from '../job/assignment.ts'
import type { ErrorName } from '../job/error-table.ts'
import type { Finding } from '../job/errors.ts'
import { jobWalltime, limits, workDirLimit } from '../job/limits.ts'
import type { JobPorts } from './ports.ts'

function guilty({ clock }: JobPorts, name: ErrorName, detail: string): readonly Finding[] {
  return [{ name, detail, phase: 'payload', at: clock.now(), origin: 'monitor' }]
}

/** The pilot's own credentials (contracts/pilot-core.md 4, proxy). */
export async function checkCredentials(ports: JobPorts): Promise<readonly Finding[]> {
  const state = await ports.credentials.duringJob()
  return state.kind === 'good' ? [] : guilty(ports, state.name, state.text)
}

/** Free space on the work directory's disk (contracts/pilot-core.md 4, local space). */
export async function checkDisk(ports: JobPorts, { directory }: Assignment): Promise<readonly Finding[]> {
  const free = await ports.disk.freeSpace(directory)
  if (free === undefined || free > limits.freeSpaceRunning) return []
  return guilty(ports, 'NOLOCALSPACE', `${free} bytes free, ${limits.freeSpaceRunning} needed`)
}

/** Size of the work directory without inputs and outputs (contracts/pilot-core.md 4, work dir). */
export async function checkWorkDir(
  ports: JobPorts,
  { directory, definition, queue }: Assignment,
): Promise<{ readonly bytes: number | undefined; readonly findings: readonly Finding[] }> {
  const leaveOut = [...definition.inputs, ...definition.outputs].map(({ lfn }) => lfn)
  const bytes = await ports.disk.directorySize(directory, leaveOut)
  const limit = workDirLimit(queue, definition)
  if (bytes === undefined || bytes <= limit) return { bytes, findings: [] }
  return { bytes, findings: guilty(ports, 'USERDIRTOOLARGE', `${bytes} bytes, at most ${Math.round(limit)}`) }
}

/** No output may grow beyond the largest size; empty files are judged only after the payload. */
export async function checkOutputs(
  ports: JobPorts,
  { directory, definition }: Assignment,
): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for (const { lfn } of definition.outputs) {
    const size = await ports.disk.fileSize(`${directory}/${lfn}`)
    if (size === undefined || size <= limits.largestOutput) continue
    findings.push(...guilty(ports, 'OUTPUTFILETOOLARGE', `${lfn} has ${size} bytes, at most ${limits.largestOutput}`))
  }
  return findings
}

/** The job's own wall time, where the queue says that it counts (contracts/pilot-core.md 2.5). */
export function checkWalltime(ports: JobPorts, { queue, definition, startTime }: Assignment): readonly Finding[] {
  const limit = jobWalltime(queue, definition)
  if (limit === undefined || ports.clock.now() - startTime <= limit * 1000) return []
  return guilty(ports, 'REACHEDMAXTIME', `the job ran longer than its maxWalltime of ${Math.round(limit)} s`)
}
