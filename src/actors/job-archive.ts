import type { Conclusion } from '../job/conclusion.ts'
import type { Finding } from '../job/errors.ts'
import { alreadyThere } from './already-there.ts'
import { payloadFiles } from './payload-files.ts'
import type { JobPorts } from './ports.ts'
import { said } from './said.ts'

/** The log archive, written into the job directory (contracts/pilot-core.md 9; links never followed). */
export async function archive(
  ports: JobPorts,
  { assignment }: Conclusion,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const { workers, settings, clock, log } = ports
  const { definition, directory, queue } = assignment
  const lfn = definition.log?.lfn
  if (lfn === undefined) return []
  if ((await alreadyThere(ports, assignment.key, 'log', lfn, signal)) !== undefined) return []
  const moved = [...definition.inputs, ...definition.outputs].map((file) => file.lfn)
  const written = await workers.archive(
    {
      directory,
      root: `tarball_PandaJob_${definition.pandaId}_${queue.name}`,
      extra: settings.logExtras,
      leaveOut: [...moved, lfn, `${lfn}.part`, payloadFiles.reducedReport],
      secrets: log.secrets(),
      target: `${directory}/${lfn}`,
    },
    signal,
  )
  if (written.kind === 'failed') {
    const name = written.noSpace ? 'NOLOCALSPACE' : 'LOGFILECREATIONFAILURE'
    return [{ name, detail: `log archive: ${written.text}`, phase: 'log', at: clock.now(), origin: 'job' }]
  }
  const without = written.leftOut.length === 0 ? '' : `, without ${written.leftOut.length} entries`
  log.info(`${said(assignment)}: log archive of ${written.file.size} bytes${without}`)
  return []
}
