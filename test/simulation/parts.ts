import { WorldClock } from '../../src/simulation/clock.ts'
import type { Happening } from '../../src/simulation/happening.ts'
import { Life } from '../../src/simulation/life.ts'
import { createNode, type WorkerNode } from '../../src/simulation/node.ts'
import { randomFor } from '../../src/simulation/random.ts'
import type { JobScript, PilotScript, Scenario } from '../../src/simulation/scenario.ts'
import { turn } from '../../src/simulation/turn.ts'

/** A node without a world round it, and one process on it. */
export interface Parts {
  readonly clock: WorldClock
  readonly node: WorkerNode
  readonly life: Life
  readonly happened: readonly Happening[]
  /** Another process on the same node, after the first. */
  newLife(): Life
}

export function makeParts(faults: WorkerNode['faults'] = []): Parts {
  const clock = new WorldClock()
  const happened: Happening[] = []
  const witness = (happening: Happening): void => void happened.push(happening)
  const node = createNode({ pilot: 0, clock, faults, random: randomFor(1, 'parts'), witness })
  const newLife = () => new Life(clock, () => {})
  return { clock, node, life: newLife(), happened, newLife }
}

/** What a promise becomes when the clock goes on for as long as there is anything to do. */
async function driven<T>(clock: WorldClock, promise: Promise<T>): Promise<T> {
  let over = false
  const end = (): void => {
    over = true
  }
  promise.then(end, end)
  for (;;) {
    await turn()
    if (over || clock.step() === 'none') return promise
  }
}

/** The port with every call driven to its end. */
export function drivenPort<Port extends object>(clock: WorldClock, port: Port): Port {
  return new Proxy(port, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver)
      if (typeof value !== 'function') return value
      return (...parameters: unknown[]) => {
        const result: unknown = Reflect.apply(value, target, parameters)
        return result instanceof Promise ? driven(clock, result) : result
      }
    },
  })
}

export const goodJob: JobScript = {
  inputs: 1,
  outputs: 2,
  transform: 'present',
  payload: { duration: 600_000, exitCode: 0, leaves: 'all', ignoresTerm: false, leavesDaemon: false },
}

export const onePilot: PilotScript = { startsAt: 0, slots: 1, timeFloor: 0, copytool: 'net' }

/** One pilot and one good job, and what is done to them. */
export function smallScenario(part: Partial<Scenario> = {}): Scenario {
  return { seed: 1, profile: 'calm', pilots: [onePilot], jobs: [goodJob], faults: [], ...part }
}
