import { pilotActor } from '../actors/pilot.ts'
import type { Ports } from '../actors/ports.ts'
import type { Pauses } from '../job/backoff.ts'

/** The production pilot, whose ports are those of the process that it is attached to. */
export interface PooledPilot {
  readonly logic: ReturnType<typeof pilotActor>
  attach(ports: Ports): void
}

const free: PooledPilot[] = []

/**
 * A pilot that no other world uses. Building the charts anew for every process would take as long as running them: one
 * set serves one process after another. A dead process calls no port any more, so it cannot reach those of its successor.
 */
export function takePilot(): PooledPilot {
  return free.pop() ?? createPooledPilot()
}

/** Its world has come to an end. */
export function giveBack(pilot: PooledPilot): void {
  free.push(pilot)
}

/** `pauses` between two tries of a message, where they are not those of production. */
export function createPooledPilot(pauses?: Pauses): PooledPilot {
  let current: Ports | undefined
  const now = (): Ports => {
    if (current === undefined) throw new Error('a pilot that is attached to nothing')
    return current
  }
  const late = <Name extends keyof Ports>(name: Name): Ports[Name] & object =>
    lateBound(() => now()[name] as object) as never
  const ports: Ports = {
    settings: late('settings'),
    information: late('information'),
    connect: (queue) => now().connect(queue),
    credentials: late('credentials'),
    planner: late('planner'),
    copytools: late('copytools'),
    downloads: late('downloads'),
    workers: late('workers'),
    processes: late('processes'),
    debugCommands: late('debugCommands'),
    disk: late('disk'),
    files: late('files'),
    outputFiles: late('outputFiles'),
    notePandaId: (id) => now().notePandaId(id),
    database: late('database'),
    experiment: late('experiment'),
    payloadEnvironment: (assignment, own) => now().payloadEnvironment(assignment, own),
    clock: late('clock'),
    entropy: late('entropy'),
    log: late('log'),
    live: late('live'),
  }
  return {
    logic: pilotActor(ports, pauses),
    attach(next) {
      current = next
    },
  }
}

/** Stands for an object that is looked up at each use. */
function lateBound<T extends object>(find: () => T): T {
  return new Proxy({} as T, {
    get(_target, name) {
      const found = find()
      const value: unknown = Reflect.get(found, name)
      return typeof value === 'function' ? value.bind(found) : value
    },
  })
}
