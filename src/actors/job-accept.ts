import type { Assignment } from '../job/assignment.ts'
import type { Finding } from '../job/errors.ts'
import type { JobPorts } from './ports.ts'
import { said } from './said.ts'

/** The definition is on disk before anything is done for the job; then its directory is made. */
export async function accept(ports: JobPorts, assignment: Assignment): Promise<readonly Finding[]> {
  const { database, files, log, clock } = ports
  const { key, definition, directory } = assignment
  // Its checksums come next.
  if (definition.inputs.length > 0) ports.workers.warm()
  const isKnown = database.history(key).some(({ record }) => record.kind === 'definition')
  if (!isKnown) await recordDefinition(ports, assignment)
  log.info(
    `${said(assignment)}: attempt ${definition.attemptNr}, task ${definition.taskId ?? 'none'}, ` +
      `${definition.inputs.length} inputs, ${definition.outputs.length} outputs, ${definition.transformation}`,
  )
  await ports.notePandaId(definition.pandaId)
  try {
    await files.createDirectory(directory)
    return []
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    return [{ name: 'MKDIR', detail, phase: 'preparing', at: clock.now(), origin: 'job' }]
  }
}

async function recordDefinition({ database, log }: JobPorts, assignment: Assignment): Promise<void> {
  const { key, raw: definition, directory: workDirectory, startTime } = assignment
  const written = await database.write(key, { kind: 'definition', definition, workDirectory, startTime }, 'flushed')
  if (written.kind === 'failed') log.error(`${said(assignment)}: the definition could not be recorded: ${written.text}`)
}
