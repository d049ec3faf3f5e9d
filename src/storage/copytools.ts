import { createMvTool, type MvOptions } from './mv.ts'
import type { Copytool } from './port.ts'

export interface CopytoolOptions {
  readonly mv: MvOptions
}

/** Every copytool this pilot has, by the name queue documents use. */
export function createCopytools({ mv }: CopytoolOptions): ReadonlyMap<string, Copytool> {
  return new Map([createMvTool(mv)].map((tool) => [tool.name, tool]))
}
