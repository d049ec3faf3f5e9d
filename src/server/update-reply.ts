import { parseCommands, type ServerCommand } from '../job/commands.ts'
import { secretTextsOf } from '../job/secret-texts.ts'

/** The secrets that come with a debug command, for real-time logging. */
export interface PilotSecrets {
  /** Every secret text in it: none of them may ever be shown. */
  readonly texts: readonly string[]
  /** The JSON text as it came, perhaps `{}`. */
  readonly json: string
}

/** What an accepted update brings back (contracts/panda-server.md 5.4). */
export interface UpdateReply {
  readonly commands: readonly ServerCommand[]
  readonly pilotSecrets?: PilotSecrets
}

/** Reads `command` and `pilotSecrets`, which both dialects call the same. */
export function updateReply(data: { readonly command?: unknown; readonly pilotSecrets?: unknown }): UpdateReply {
  const { command, pilotSecrets } = data
  const commands = parseCommands(typeof command === 'string' ? command : undefined)
  if (typeof pilotSecrets !== 'string' || pilotSecrets === '') return { commands }
  return { commands, pilotSecrets: { texts: secretTextsOf(pilotSecrets), json: pilotSecrets } }
}
