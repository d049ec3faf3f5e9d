import { setTimeout as wait } from 'node:timers/promises'
import type { JobCall } from './calls.ts'
import type { Certificates } from './certificates.ts'
import type { OutageFault } from './faults.ts'
import type { OwnNames } from './names.ts'
import type { ChaosProxy } from './proxy.ts'

/** The call after whose answer an outage begins, so that it meets the next one; undefined: it is there from the start. */
export const predecessors: Readonly<Record<JobCall, JobCall | undefined>> = {
  probe: undefined,
  'worker started': 'probe',
  acquire: 'probe',
  'update starting': 'acquire',
  'update running': 'update starting',
  'update final': 'update running',
  'worker finished': 'update final',
}

export interface OutageTools {
  readonly proxy: ChaosProxy
  readonly certificates: Certificates
  readonly names: OwnNames | undefined
}

/** ms between two looks at the pilot's log, which alone tells that a connection never came. */
const look = 20

/** Cuts the way to the server until `over`; kept connections are gone in any case. */
export async function runOutage(
  { name }: OutageFault,
  { proxy, certificates, names }: OutageTools,
  over: () => boolean,
): Promise<void> {
  switch (name) {
    case 'refuse':
      await proxy.refuse()
      break
    case 'wrong certificate':
      proxy.show(certificates.wrong)
      break
    case 'expired certificate':
      proxy.show(certificates.expired)
      break
    case 'DNS gone':
      await names?.exists(false)
      proxy.dropConnections()
  }
  while (!over()) await wait(look)
  switch (name) {
    case 'refuse':
      await proxy.listen()
      break
    case 'wrong certificate':
    case 'expired certificate':
      proxy.show(certificates.good)
      break
    case 'DNS gone':
      await names?.exists(true)
  }
}

/** How often the pilot's log says that this kind of call failed. */
export function failuresOf(call: JobCall, log: string): number {
  return log.match(failurePattern(call))?.length ?? 0
}

function failurePattern(call: JobCall): RegExp {
  if (call === 'probe' || call === 'acquire') return /no answer to the request for a job/g
  return call.startsWith('worker') ? /worker status "\w+" unknown/g : /update "\w+" unknown/g
}
