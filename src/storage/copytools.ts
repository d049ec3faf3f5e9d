import { localTools } from './local-tools.ts'
import { createMvTool } from './mv.ts'
import type { Copytool } from './port.ts'
import { createXrdcpTool, type XrdcpOptions } from './xrdcp.ts'

export interface CopytoolOptions {
  readonly xrdcp: XrdcpOptions
}

/** Every copytool this pilot has, by the name queue documents use. */
export function createCopytools({ xrdcp }: CopytoolOptions): ReadonlyMap<string, Copytool> {
  const local = (['mv', 'cp'] as const).map((name) => createMvTool({ name, inputs: localTools[name] }))
  return new Map([...local, createXrdcpTool(xrdcp)].map((tool) => [tool.name, tool]))
}
