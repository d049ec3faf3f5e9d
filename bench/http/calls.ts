import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { PandaServer } from '../../src/server/port.ts'
import { running } from '../../test/server/examples.ts'
import type { Figures } from '../bench.ts'
import type { World } from './world.ts'

const update = running(4711)

/** Throws when the server did not accept it: a refusal would be measured as speed. */
export async function sendUpdate(server: PandaServer): Promise<void> {
  const answer = await server.update(update)
  if (answer.kind !== 'accepted') throw new Error(`the update was not accepted: ${answer.text}`)
}

/** The life of a client. Between two heartbeats lie minutes, in which garbage is collected: so it is here. */
export async function oneLife(world: World): Promise<Figures> {
  const server = world.connect()
  try {
    const before = await world.counts()
    const first = await milliseconds(() => sendUpdate(server))
    for (let call = 1; call < 50; call += 1) await sendUpdate(server)
    const used = await world.counts()
    await world.dropConnections()
    await collectGarbage()
    const afterDrop = await milliseconds(() => sendUpdate(server))
    const warm = await milliseconds(() => sendUpdate(server))
    const after = await world.counts()
    return {
      connections: used.connections - before.connections,
      resumed: after.resumed - used.resumed,
      first,
      afterDrop,
      warm,
    }
  } finally {
    await server.close()
  }
}

async function milliseconds(work: () => Promise<void>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  // What is held weakly goes between turns of the event loop only.
  await setImmediate()
  collect()
  await setImmediate()
}
