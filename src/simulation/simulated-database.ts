import type { Durability, PilotDatabase, Written } from '../database/port.ts'
import type { JobKey } from '../job/ids.ts'
import type { JobRecord, Recorded } from '../job/record.ts'
import type { LostRecord } from './happening.ts'
import type { Life } from './life.ts'
import { type DiskRecord, holds, type WorkerNode, wallClock } from './node.ts'

/** ms of a flush on a good disk. */
const flushTime = 4

/**
 * PilotDB on a node's disk. A record that is written `soon` outlives the process, a flushed one the machine; with a full
 * disk a write fails and its record is there for this process only.
 */
export function simulatedDatabase(node: WorkerNode, life: Life): PilotDatabase {
  const histories = new Map<JobKey, Recorded[]>()
  for (const { key, recorded } of node.records) historyOf(key).push(recorded)
  let closed = false

  function historyOf(key: JobKey): Recorded[] {
    const known = histories.get(key)
    if (known !== undefined) return known
    const fresh: Recorded[] = []
    histories.set(key, fresh)
    return fresh
  }

  function append(key: JobKey, record: JobRecord, durability: Durability): [Written, DiskRecord | undefined] {
    const history = historyOf(key)
    if (record.kind === 'outcome' && history.some((recorded) => recorded.record.kind === 'outcome')) {
      return [{ kind: 'failed', text: `job ${key} has an outcome already` }, undefined]
    }
    const recorded = { seq: history.length + 1, at: wallClock(node), record: copyOf(record) }
    history.push(recorded)
    const kept = holds(node, 'disk full') === undefined
    node.witness({ type: 'record.written', pilot: node.pilot, key, record, durability, kept }, node.clock.now)
    if (!kept) return [{ kind: 'failed', text: 'no space left on device' }, undefined]
    const entry: DiskRecord = { key, recorded, answered: false, synced: false }
    node.records.push(entry)
    return [{ kind: 'written', seq: recorded.seq }, entry]
  }

  return {
    write(key, record, durability) {
      if (closed) return Promise.resolve({ kind: 'failed', text: 'the database is closed' })
      const slow = holds(node, 'slow disk')?.ms ?? 0
      const delay = durability === 'flushed' ? flushTime + slow : 0
      return life
        .effect(
          delay,
          (): [Written, DiskRecord | undefined] => {
            try {
              return append(key, record, durability)
            } catch (cause) {
              return [{ kind: 'failed', text: (cause as Error).message }, undefined]
            }
          },
          record.kind,
        )
        .then(([written, entry]) => {
          if (entry !== undefined) noteAnswered(node, entry, durability)
          return written
        })
    },
    history: (key) => histories.get(key) ?? [],
    jobs: () => [...histories.keys()],
    async forget(key) {
      histories.delete(key)
      node.records = node.records.filter((entry) => entry.key !== key)
    },
    async close() {
      closed = true
    },
  }
}

/** As it comes back from a disk: JSON, and nobody else's to change. */
function copyOf(record: JobRecord): JobRecord {
  return JSON.parse(JSON.stringify(record)) as JobRecord
}

/** A flush covers everything written before it. */
function noteAnswered({ records }: WorkerNode, entry: DiskRecord, durability: Durability): void {
  entry.answered = true
  if (durability !== 'flushed') return
  for (let at = records.lastIndexOf(entry); at >= 0; at--) {
    const before = records[at]
    if (before === undefined || before.synced) break
    before.synced = true
  }
}

/**
 * What a death does to PilotDB: of the last records so many are lost. A kill can only take writes that were not answered
 * yet, a power cut all that no flush covers.
 */
export function loseTail(node: WorkerNode, how: 'killed' | 'power cut', tail: number): LostRecord[] {
  const lost: LostRecord[] = []
  while (lost.length < tail) {
    const last = node.records.at(-1)
    if (last === undefined || last.synced || (how === 'killed' && last.answered)) break
    node.records.pop()
    lost.push({ key: last.key, kind: last.recorded.record.kind })
  }
  return lost
}
