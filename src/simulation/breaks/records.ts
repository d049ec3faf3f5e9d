import type { Ports } from '../../actors/ports.ts'
import type { JobRecord, Recorded } from '../../job/record.ts'
import type { JobUpdate } from '../../job/update.ts'
import { type Break, inPorts } from './break.ts'

/** Bugs in what is written down, when, and what is made of it after a restart. */
export const recordBreaks: readonly Break[] = [
  inPorts('final before record', 'the final update is recorded only when it was sent', () => (ports) => {
    const held: (() => void)[] = []
    return {
      ...ports,
      database: {
        ...ports.database,
        write(key, record, durability) {
          if (finalOf(record) === undefined) return ports.database.write(key, record, durability)
          held.push(() => void ports.database.write(key, record, durability))
          return Promise.resolve({ kind: 'written', seq: 0 })
        },
      },
      connect(queue) {
        const server = ports.connect(queue)
        return {
          ...server,
          update(update, signal) {
            const answer = server.update(update, signal)
            if (update.final !== undefined) for (const write of held.splice(0)) write()
            return answer
          },
        }
      },
    }
  }),
  inPorts('outcome not flushed', 'outcome and final update are only written soon', () => (ports) => ({
    ...ports,
    database: {
      ...ports.database,
      write: (key, record, durability) =>
        ports.database.write(key, record, finalOf(record) === undefined ? durability : 'soon'),
    },
  })),
  inPorts('outbox forgets on restart', 'a restarted pilot knows nothing of messages and outcomes', () =>
    forgetting(['message', 'acknowledged', 'outcome', 'delivered']),
  ),
  inPorts('launch forgotten on restart', 'a restarted pilot does not know that the payload was launched', () =>
    forgetting(['launching', 'process', 'payload-ended']),
  ),
  inPorts('second job in the slot', 'a restarted pilot does not count the jobs that are over', () => (ports) => {
    const { database } = ports
    const isOver = ({ record }: Recorded): boolean => record.kind === 'delivered'
    return {
      ...ports,
      database: { ...database, jobs: () => database.jobs().filter((key) => !database.history(key).some(isOver)) },
    }
  }),
  inPorts('copy without intent', 'a transfer is not recorded before it begins', () =>
    leavingOut((record) => record.kind === 'transfer' && record.state.kind === 'intended'),
  ),
  inPorts('launch without intent', 'the payload is launched before that is on record', () =>
    leavingOut((record) => record.kind === 'launching'),
  ),
]

function finalOf(record: JobRecord): JobUpdate['final'] {
  return record.kind === 'message' || record.kind === 'outcome' ? record.update?.final : undefined
}

/** What earlier processes wrote of these kinds is not read. */
function forgetting(kinds: readonly JobRecord['kind'][]): (ports: Ports) => Ports {
  return (ports) => {
    const { database } = ports
    const before = new Set(database.jobs().flatMap((key) => database.history(key)))
    const isKnown = (recorded: Recorded): boolean => !before.has(recorded) || !kinds.includes(recorded.record.kind)
    return { ...ports, database: { ...database, history: (key) => database.history(key).filter(isKnown) } }
  }
}

function leavingOut(isLeftOut: (record: JobRecord) => boolean): (ports: Ports) => Ports {
  return (ports) => {
    const { database } = ports
    return {
      ...ports,
      database: {
        ...database,
        write: (key, record, durability) =>
          isLeftOut(record) ? Promise.resolve({ kind: 'written', seq: 0 }) : database.write(key, record, durability),
      },
    }
  }
}
