import { type ActorRefFrom, type AnyEventObject, createActor, createMachine, spawnChild } from 'xstate'
import { reporterActor } from '../../src/actors/reporter.ts'
import type { Assignment } from '../../src/job/assignment.ts'
import type { PandaId } from '../../src/job/ids.ts'
import type { JobUpdate } from '../../src/job/update.ts'
import type { ReporterMessage } from '../../src/machines/messages.ts'
import type { Log } from '../../src/observe/port.ts'
import { MemoryDatabase } from '../database/memory-database.ts'
import { SteppedClock } from '../model/clock.ts'
import { assignmentOf } from '../model/examples.ts'
import { createFakeJobServer, type FakeJobServer } from '../server/fake-job-server.ts'
import type { Mishap } from '../server/job-server.contract.ts'

/** One sending, whatever became of it. `at` in ms since the start of the world. */
export interface Try {
  readonly at: number
  readonly update: JobUpdate
  /** The final was on record, for certain, when it was sent. */
  readonly onRecord: boolean
}

/** One life of the reporter: its parent, and what the parent was told. */
export interface ReporterLife {
  readonly told: readonly AnyEventObject[]
  send(message: ReporterMessage): void
  isClosed(): boolean
  /** As kill -9 would. */
  end(): void
}

/** A server, a database that outlives the reporter, and simulated time. */
export interface ReporterWorld {
  readonly assignment: Assignment
  readonly clock: SteppedClock
  readonly database: MemoryDatabase
  readonly server: FakeJobServer
  readonly tries: readonly Try[]
  readonly log: readonly string[]
  start(): ReporterLife
  /** Goes to that time; whatever a timer sets off is over before the next one fires. */
  goTo(time: number): Promise<void>
}

/** `mishap`: what goes wrong with the update sent at that time, if anything. */
export function openReporterWorld(mishap: (at: number, nth: number) => Mishap | undefined): ReporterWorld {
  const clock = new SteppedClock()
  const database = new MemoryDatabase(() => clock.now)
  const server = createFakeJobServer()
  const assignment = assignmentOf({ PandaID: server.addJob() as PandaId, attemptNr: 1 })
  const tries: Try[] = []
  const log: string[] = []
  const reporter = reporterActor({
    server: {
      ...server.server,
      update(update, signal) {
        const fault = mishap(clock.now, tries.length)
        if (fault !== undefined) server.next(fault)
        tries.push({ at: clock.now, update, onRecord: isOnRecord(database, update) })
        return server.server.update(update, signal)
      },
    },
    database,
    clock: { now: () => clock.now, monotonic: () => clock.now },
    // Half of the chances are low, half are high.
    entropy: { random: () => (tries.length % 8) / 8, guid: () => 'A1' },
    log: logInto(log),
    live: { tell: () => {} },
  })

  return {
    assignment,
    clock,
    database,
    server,
    tries,
    log,
    start() {
      const told: AnyEventObject[] = []
      const machine = createMachine({
        entry: spawnChild(reporter, { id: 'reporter', input: { assignment } }),
        on: { 'reporter.*': { actions: ({ event }) => told.push(event) } },
      })
      const parent = createActor(machine, { clock }).start()
      const actor = parent.getSnapshot().children.reporter as ActorRefFrom<typeof reporter>
      return {
        told,
        send: (message) => actor.send(message),
        isClosed: () => actor.getSnapshot().status !== 'active',
        end: () => void parent.stop(),
      }
    },
    async goTo(time) {
      for (;;) {
        await everythingSettled()
        const due = clock.dueTimes[0]
        if (due === undefined || due > time) break
        clock.advanceTo(due)
      }
      clock.advanceTo(time)
    },
  }
}

/** Server and database are in memory: what they do is over when the queue of promises is empty. */
function everythingSettled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function isOnRecord(database: MemoryDatabase, { final }: JobUpdate): boolean {
  return database.written.some(
    ({ record, durability }) =>
      record.kind === 'message' &&
      durability === 'flushed' &&
      JSON.stringify(record.update.final) === JSON.stringify(final),
  )
}

function logInto(lines: string[]): Log {
  const write = (level: string) => (text: string) => void lines.push(`${level} ${text}`)
  const log: Log = {
    debug: write('debug'),
    info: write('info'),
    warning: write('warning'),
    error: write('error'),
    hide: () => {},
    secrets: () => [],
    redact: (text) => text,
    tail: () => '',
    child: () => log,
  }
  return log
}
