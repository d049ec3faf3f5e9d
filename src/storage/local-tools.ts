/**
 * The tools of mounted storage, by what they do with an input (contracts/pilot-data.md 4.6): `mv` links it, `cp` copies
 * it, for storage that must not be read in place. Both move outputs.
 */
export const localTools = { mv: 'link', cp: 'copy' } as const

export type LocalToolName = keyof typeof localTools

export function isLocalTool(name: string): name is LocalToolName {
  return Object.hasOwn(localTools, name)
}
