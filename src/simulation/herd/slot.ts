import { createActor } from 'xstate'
import { reportedError } from '../../job/errors.ts'
import { runAdder } from '../../standin/model/adder.ts'
import { runWatcher } from '../../standin/model/watcher.ts'
import type { WorldClock } from '../clock.ts'
import type { Happening } from '../happening.ts'
import { Life } from '../life.ts'
import { createNode, type WorkerNode, worldStart } from '../node.ts'
import { createPooledPilot, type PooledPilot } from '../pilot-pool.ts'
import { type Random, randomFor } from '../random.ts'
import { type Site, simulatedPorts } from '../simulated-ports.ts'
import { filesInFlight, periods } from '../world.ts'
import type { Front } from './front.ts'
import { type Acts, binAt, type HerdOrder, spread } from './order.ts'
import type { Ending, Tally } from './tally.ts'
import { Work } from './work.ts'

const minute = 60_000
/** s a pilot may live, and the time in which it takes further jobs (contracts/pilot-core.md 1): longer than any play. */
const lifetime = 30 * 24 * 3600
/** Requests for a job, and answers without one, after which a pilot gives up (contracts/pilot-core.md 2.4). */
const requests = 2
const failures = 5
/** ms until the batch system has a new pilot where one ended. */
const leastRefill = 30_000
const mostRefill = 120_000

/**
 * A place on a worker node: production pilots, one after another, each with as many jobs as it takes; and what is seen of
 * them there.
 */
export class Slot {
  readonly #clock: WorldClock
  readonly #order: HerdOrder
  readonly #acts: Acts
  readonly #front: Front
  readonly #tally: Tally
  readonly #work: Work
  readonly #random: Random
  readonly #number: number
  #pilot: PooledPilot | undefined
  /** Since when the server has not taken the outcome of the slot's job. */
  #waitsSince: number | undefined
  #hasJob = false

  constructor(number: number, clock: WorldClock, order: HerdOrder, acts: Acts, front: Front, tally: Tally) {
    this.#number = number
    this.#clock = clock
    this.#order = order
    this.#acts = acts
    this.#front = front
    this.#tally = tally
    this.#random = randomFor(order.seed, `slot ${number}`)
    this.#work = new Work(order, this.#random)
    this.#work.offer(0)
    clock.after(this.#random.whole(0, spread), undefined, () => this.#begin())
  }

  get waits(): boolean {
    return this.#waitsSince !== undefined
  }

  get isIdle(): boolean {
    return !this.#hasJob
  }

  /** The server's own daemons. `patient`: no job is given up because nothing was heard of it. */
  runDaemons(patient: boolean): void {
    const now = worldStart + this.#clock.now
    runAdder(this.#work.panda, now)
    if (!patient) this.#count('given up by the server, which had not heard of it', runWatcher(this.#work.panda, now))
  }

  /** What is still waiting at the end. */
  close(): void {
    this.#stopWaiting()
  }

  #begin(): void {
    const node = createNode({
      pilot: this.#number,
      clock: this.#clock,
      faults: [],
      random: this.#random,
      witness: (happening, at) => this.#see(happening, at),
    })
    const life = new Life(this.#clock, () => {})
    const ports = simulatedPorts(this.#site(node), life)
    this.#pilot ??= createPooledPilot(this.#order.pauses)
    this.#pilot.attach(ports)
    const { heartbeat, lostHeartbeat } = this.#order
    const actor = createActor(this.#pilot.logic, {
      clock: life.timers,
      input: {
        startedAt: worldStart + this.#clock.now,
        slots: 1,
        requests,
        failures,
        // The checks of a running job tell the server nothing, and would be most of what happens.
        periods: { ...periods, heartbeat, lostHeartbeat, check: 60 * minute },
        filesInFlight,
      },
    })
    const leave = (): void => {
      ports.processes.endAll()
      life.alive = false
      this.#hasJob = false
      this.#stopWaiting()
      this.#clock.after(this.#random.whole(leastRefill, mostRefill), undefined, () => this.#begin())
    }
    actor.subscribe({ complete: leave, error: leave })
    life.after(0, () => actor.start())
  }

  #site(node: WorkerNode): Site {
    return {
      node,
      script: { startsAt: 0, slots: 1, timeFloor: lifetime / 60, copytool: 'mv' },
      lifetime,
      server: { panda: this.#work.panda, network: this.#front.way(this.#random) },
      storage: node.files,
      planOf: (directory) => this.#work.jobIn(directory),
      jobOf: () => undefined,
      nextCopyFault: () => undefined,
      chance: this.#random,
      startedAt: worldStart + this.#clock.now,
    }
  }

  #see(happening: Happening, at: number): void {
    switch (happening.type) {
      case 'job.handedOver':
        this.#hasJob = true
        this.#work.offer(at)
        break
      case 'update.sent':
        if (happening.update.final !== undefined) this.#waitsSince ??= at
        break
      case 'update.heard': {
        const { update, command } = happening
        // Of a job that the server has given up already nothing more is wanted.
        if (update.final === undefined || command === 'tobekilled') break
        this.#count(endingOf(update.state, update.final.pilotError?.code))
        break
      }
      case 'update.answered':
        if (happening.update.final === undefined || happening.answer !== 'accepted') break
        this.#hasJob = false
        this.#noteTaken(at)
        this.#stopWaiting()
        break
      default:
    }
  }

  #noteTaken(at: number): void {
    const { back } = this.#acts
    if (this.#waitsSince !== undefined && this.#waitsSince < back && at >= back) this.#tally.takenAfter.push(at - back)
  }

  #stopWaiting(): void {
    if (this.#waitsSince !== undefined) this.#tally.waited += this.#clock.now - this.#waitsSince
    this.#waitsSince = undefined
  }

  #count(ending: Ending, more = 1): void {
    const bin = binAt(this.#acts, this.#clock.now)
    const counts = this.#tally.ended[ending]
    counts[bin] = (counts[bin] ?? 0) + more
  }
}

const lostContact = reportedError({
  name: 'COMMUNICATIONFAILURE',
  detail: '',
  phase: 'payload',
  at: 0,
  origin: 'heartbeat',
}).code

function endingOf(state: string, code: number | undefined): Ending {
  if (state === 'finished') return 'finished'
  return code === lostContact ? 'given up by its pilot, which had no answer for too long' : 'failed otherwise'
}
