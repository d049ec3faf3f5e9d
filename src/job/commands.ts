/** What the server may say in its answer to an update (contracts/panda-server.md 5.4). */
export type ServerCommand =
  | { readonly name: 'tobekilled' }
  | { readonly name: 'softkill' }
  | { readonly name: 'debug' }
  | { readonly name: 'debugoff' }
  | { readonly name: 'nocleanup' }
  | { readonly name: 'alreadydone' }
  | { readonly name: 'debug-command'; readonly text: string }
  | { readonly name: 'unknown'; readonly text: string }

const words = new Set(['tobekilled', 'softkill', 'debug', 'debugoff', 'nocleanup', 'alreadydone'])

/**
 * Reads the `command` text: a comma list compared item by item (the old pilot's substring match made `debugoff`
 * switch debugging on, contracts/panda-server.md 13 gotcha 11). `NULL` and empty mean no command.
 */
export function parseCommands(text: string | null | undefined): readonly ServerCommand[] {
  if (text === null || text === undefined) return []
  const items = text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '' && item !== 'NULL')
  return items.map((item): ServerCommand => {
    if (words.has(item)) return { name: item } as ServerCommand
    if (/^(tail|ls|ps|gdb|du)\s/.test(item)) return { name: 'debug-command', text: item }
    return { name: 'unknown', text: item.slice(0, 250) }
  })
}
