import { parseDebugCommand } from '../job/debug-command.ts'
import { debugText } from '../job/debug-text.ts'
import { pilotFiles } from '../job/pilot-files.ts'
import type { Peek } from '../machines/job-context.ts'
import type { JobPorts } from './ports.ts'
import { said } from './said.ts'

/** What the next heartbeat shows in debug mode: the end of the active log, or what a debug command of the server gives. */
export async function peek({ debugCommands, log }: JobPorts, { assignment, identity, command }: Peek): Promise<string> {
  const { directory, definition } = assignment
  if (command === undefined) {
    const transform = definition.transformation.slice(definition.transformation.lastIndexOf('/') + 1)
    return debugCommands.activeLog(directory, [...pilotFiles, ...definition.inputs.map(({ lfn }) => lfn), transform])
  }
  const parsed = parseDebugCommand(command, directory)
  if (parsed.kind === 'command') return debugCommands.run(parsed.command, identity, directory)
  log.warning(`${said(assignment)}: the debug command is refused: ${parsed.text}`)
  return debugText({ title: 'refused', body: parsed.text }, log.redact)
}
