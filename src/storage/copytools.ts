import { createMvTool, type MvOptions } from './mv.ts'
import type { Copytool } from './port.ts'
import { createXrdcpTool, type XrdcpOptions } from './xrdcp.ts'

export interface CopytoolOptions {
  readonly mv: MvOptions
  readonly xrdcp: XrdcpOptions
}

/** Every copytool this pilot has, by the name queue documents use. */
export function createCopytools({ mv, xrdcp }: CopytoolOptions): ReadonlyMap<string, Copytool> {
  return new Map([createMvTool(mv), createXrdcpTool(xrdcp)].map((tool) => [tool.name, tool]))
}
