import { onTestFinished } from 'vitest'
import type { DialectName } from '../../src/server/dialect.ts'
import { createJobServer } from '../../src/server/panda-server.ts'
import type { PandaServer } from '../../src/server/port.ts'
import type { Fault } from '../../src/standin/front/faults.ts'
import { type ObservedCall, openFront } from '../../src/standin/front/front.ts'
import { createPanda, type Panda } from '../../src/standin/model/panda.ts'
import { identity, type RememberingLog, rememberingLog } from './examples.ts'

/** The stand-in and our client of it, over plain HTTP where the caller is trusted. */
export interface StandinWorld {
  readonly panda: Panda
  readonly server: PandaServer
  readonly log: RememberingLog
  readonly calls: readonly ObservedCall[]
  /** What goes wrong with the next calls, in order. */
  readonly faults: Fault[]
}

/** The user that the stand-in takes a plain HTTP caller for. */
export const localUser = 'local trial'

export async function standinWorld(
  dialect: DialectName,
  options: Parameters<typeof createPanda>[0] = {},
): Promise<StandinWorld> {
  const panda = createPanda(options)
  const log = rememberingLog()
  const calls: ObservedCall[] = []
  const faults: Fault[] = []
  const front = await openFront({
    panda,
    dialects: [dialect],
    trustPlainHttp: true,
    onRequest: (call) => void calls.push(call),
    faults: () => faults.shift(),
  })
  const server = createJobServer({
    url: front.url,
    port: 25443,
    dialect,
    identity,
    credentials: { environment: {}, userId: undefined },
    userAgent: 'pilot/test',
    log,
  })
  onTestFinished(async () => {
    await server.close()
    await front.close()
  })
  return { panda, server, log, calls, faults }
}
