import { type AnyActorRef, createActor } from 'xstate'
import type { pilotActor } from '../actors/pilot.ts'
import type { Ports } from '../actors/ports.ts'
import { type AttemptNr, jobKey, type PandaId } from '../job/ids.ts'
import { signalReason } from '../job/stop.ts'
import { runAdder } from '../standin/model/adder.ts'
import { clearCommand, killJob, setCommand, setDebug } from '../standin/model/commands.ts'
import { addJob, createPanda, type Panda } from '../standin/model/panda.ts'
import { runWatcher } from '../standin/model/watcher.ts'
import { WorldClock } from './clock.ts'
import type { Content, Happening, Witness } from './happening.ts'
import { Life } from './life.ts'
import { createNode, type WorkerNode, wallClock, worldStart } from './node.ts'
import { giveBack, type PooledPilot, takePilot } from './pilot-pool.ts'
import { type Random, randomFor } from './random.ts'
import type { Fault, Scenario } from './scenario.ts'
import { loseTail } from './simulated-database.ts'
import { inputPlaces } from './simulated-planner.ts'
import { queueName, type Site, simulatedPorts } from './simulated-ports.ts'
import { powerCut, type SimulatedProcesses } from './simulated-processes.ts'
import type { Network } from './simulated-server.ts'
import { turn } from './turn.ts'
import { jobDirectory, makeJob, type WorldJob } from './world-job.ts'

/** How a pilot is made of its ports, where it is not the production one: what a known bug changes, it changes here. */
export type MakePilot = (ports: Ports) => ReturnType<typeof pilotActor>

interface PilotPlace {
  readonly site: Site
  readonly node: WorkerNode
  life: Life | undefined
  actor: AnyActorRef | undefined
  processes: SimulatedProcesses | undefined
  pooled: PooledPilot | undefined
  lives: number
}

const minute = 60_000
/** Nodes of the server behind its one name. */
const serverNodes = 3
/** How often the server's own daemons run. */
const daemonPeriod = 10 * minute
/** As often as bin/pilot starts a process again. */
const mostRestarts = 3
/** Who gives a job its outcome at the server. */
const settlers: ReadonlySet<string> = new Set(['adder', 'watcher', 'kill'])
/** s a pilot may live: some days less than a real one, so that a payload that never ends is seen to its end. */
const lifetime = 12 * 3600
/** Of one history; more means that something runs in a circle. */
const mostSteps = 60_000

/**
 * ms (contracts/pilot-core.md 1.6): what the pilot is given in production, but for the checks of a running job: there they
 * are made every minute, and would be a third of all that happens in a world.
 */
export const periods = {
  heartbeat: 1_800_000,
  debugHeartbeat: 60_000,
  lostHeartbeat: 10_800_000,
  check: 300_000,
  firstCheck: 10_000,
}
export const filesInFlight = 4

/** One world: pilots, a server, storage, payloads and what is done to them, on one clock. */
export class World {
  readonly clock = new WorldClock()
  readonly panda: Panda = createPanda()
  readonly jobs: readonly WorldJob[]
  readonly storage = new Map<string, Content>()
  readonly scenario: Scenario
  steps = 0
  readonly #places: readonly PilotPlace[]
  readonly #witness: Witness
  readonly #makePilot: MakePilot | undefined
  #seen = 0

  constructor(scenario: Scenario, witness: Witness, makePilot?: MakePilot) {
    this.scenario = scenario
    this.#witness = witness
    this.#makePilot = makePilot
    this.jobs = scenario.jobs.map((script, index) => makeJob(scenario.seed, script, index))
    for (const { definition } of this.jobs) addJob(this.panda, worldStart, definition, { queue: queueName })
    for (const { inputs } of this.jobs) {
      for (const tool of ['mv', 'net'] as const)
        for (const [lfn, file] of inputs) for (const place of inputPlaces(tool, lfn)) this.storage.set(place, file)
    }
    this.#places = scenario.pilots.map((_, index) => this.#place(index))
    for (const place of this.#places) this.clock.after(place.site.script.startsAt, undefined, () => this.#begin(place))
    for (const fault of scenario.faults) this.#arm(fault)
    this.#runDaemons()
  }

  /** Pilots whose process lives. */
  get living(): number {
    return this.#places.filter(({ life }) => life?.alive).length
  }

  /** Jobs of a pilot's node: what became of its payloads. */
  nodeOf(pilot: number): WorkerNode | undefined {
    return this.#places[pilot]?.node
  }

  /** Whether a pilot waits for something, which it must while it lives. */
  isWaiting(pilot: number): boolean {
    const life = this.#places[pilot]?.life
    return life === undefined || !life.alive || life.waiting > 0
  }

  /**
   * Runs to the end: no pilot lives, and the server has settled every job, if by nothing else by its clocks. `check` is
   * called after every step. False when it never came to an end.
   */
  async run(check: () => void): Promise<boolean> {
    for (;;) {
      const whose = this.clock.step()
      this.#noteSettled()
      if (whose === 'none') break
      this.steps += 1
      // All of a pilot's own doing is promises: they are all kept when the event loop turns.
      if (whose === 'pilot') await turn()
      check()
      if (this.steps >= mostSteps) return false
    }
    this.#settleTheRest()
    for (const { pooled } of this.#places) if (pooled !== undefined) giveBack(pooled)
    return true
  }

  #tell(happening: Happening): void {
    this.#witness(happening, this.clock.now)
  }

  #random(purpose: string): Random {
    return randomFor(this.scenario.seed, purpose)
  }

  #place(pilot: number): PilotPlace {
    const script = this.scenario.pilots[pilot] as Site['script']
    const faults = this.scenario.faults.filter((fault) => !('pilot' in fault) || fault.pilot === pilot)
    const node = createNode({
      pilot,
      clock: this.clock,
      files: new Map([...this.storage].filter(([path]) => path.startsWith('/'))),
      faults,
      random: this.#random(`node ${pilot}`),
      witness: this.#witness,
    })
    const site: Site = {
      node,
      script,
      lifetime,
      server: { panda: this.panda, network: this.#network(node) },
      storage: this.storage,
      planOf: (directory) => this.jobs.find(({ pandaId }) => directory === jobDirectory(pandaId)),
      jobOf: ({ lfn }) => this.jobs.find(({ pandaId }) => lfn.startsWith(`job${pandaId}.`)),
      nextCopyFault: () => {
        node.copies += 1
        for (const fault of faults) if (fault.kind === 'copy' && fault.nth === node.copies) return fault.how
        return undefined
      },
      chance: this.#random(`chance of pilot ${pilot}`),
      startedAt: worldStart,
    }
    return { site, node, life: undefined, actor: undefined, processes: undefined, pooled: undefined, lives: 0 }
  }

  #network(node: WorkerNode): Network {
    const random = this.#random(`network of pilot ${node.pilot}`)
    return {
      latency: () => random.whole(5, 200),
      nextFault: () => {
        node.calls += 1
        for (const fault of node.faults) if (fault.kind === 'call' && fault.nth === node.calls) return fault.how
        return undefined
      },
      reach: () => {
        const met = random.whole(0, serverNodes - 1)
        const now = this.clock.now
        for (const fault of node.faults) {
          if (fault.kind === 'partition' && fault.from <= now && now < fault.until) return 'silent'
          if (fault.kind !== 'outage' || now < fault.from || now >= fault.until) continue
          if (fault.node === undefined || fault.node === met) return 'refused'
        }
        return 'open'
      },
    }
  }

  #begin(place: PilotPlace): void {
    const { site, node } = place
    if (place.lives === 0) site.startedAt = wallClock(node)
    const life = new Life(this.clock, (name, when) => this.#countEffect(place, name, when))
    const ports = simulatedPorts(site, life)
    const actor = createActor(this.#logic(place, ports), {
      clock: life.timers,
      input: {
        startedAt: site.startedAt,
        slots: site.script.slots,
        requests: 3,
        failures: 3,
        periods,
        filesInFlight,
      },
    })
    place.life = life
    place.actor = actor
    place.processes = ports.processes
    place.lives += 1
    this.#tell({ type: 'pilot.born', pilot: node.pilot, life: place.lives })
    actor.subscribe({
      complete: () => this.#leave(place, actor.getSnapshot().output?.text ?? ''),
      error: (cause) => this.#leave(place, `broken: ${String(cause)}`),
    })
    // Its first steps are its own, so that they are followed by a turn of the event loop.
    life.after(0, () => actor.start())
  }

  #logic(place: PilotPlace, ports: Ports): ReturnType<MakePilot> {
    if (this.#makePilot !== undefined) return this.#makePilot(ports)
    place.pooled ??= takePilot()
    place.pooled.attach(ports)
    return place.pooled.logic
  }

  /** As bin/pilot and the adapters do: what is left of the payloads is killed, and the process ends. */
  #leave(place: PilotPlace, text: string): void {
    const { life, node, processes } = place
    if (!life?.alive) return
    processes?.endAll()
    life.alive = false
    this.#tell({ type: 'pilot.left', pilot: node.pilot, text })
  }

  #countEffect(place: PilotPlace, name: string, when: 'before' | 'after'): void {
    const { effects, faults } = place.node
    const count = (of: string): void => void effects.set(of, (effects.get(of) ?? 0) + 1)
    if (when === 'before') {
      count('effect')
      if (name !== 'effect') count(name)
    }
    for (const fault of faults) {
      if (fault.kind !== 'death' || fault.when !== when || fault.nth !== effects.get(fault.of)) continue
      if (fault.of === 'effect' || fault.of === name) this.#die(place, fault)
    }
  }

  #die(place: PilotPlace, { how, tail, restart }: Fault & { readonly kind: 'death' }): void {
    const { life, node } = place
    if (!life?.alive) return
    life.alive = false
    const again = restart && place.lives <= mostRestarts
    this.#tell({ type: 'pilot.died', pilot: node.pilot, how, restart: again })
    const records = loseTail(node, how, tail)
    if (records.length > 0) this.#tell({ type: 'records.lost', pilot: node.pilot, records })
    if (how === 'power cut') powerCut(node)
    if (again) this.clock.after(1_000, undefined, () => this.#begin(place))
  }

  #arm(fault: Fault): void {
    const at = (time: number, act: () => void): void => {
      this.clock.after(time, undefined, () => {
        this.#tell({ type: 'fault', fault })
        act()
      })
    }
    switch (fault.kind) {
      case 'pause':
        at(fault.at, () => {
          const life = this.#places[fault.pilot]?.life
          if (life !== undefined) life.pausedUntil = this.clock.now + fault.for
        })
        break
      case 'signal':
        at(fault.at, () => this.#signal(fault.pilot))
        break
      case 'clock':
        at(fault.at, () => {
          const node = this.nodeOf(fault.pilot)
          if (node !== undefined) node.skew += fault.by
        })
        break
      case 'order':
        at(fault.at, () => this.#order(fault))
        break
      default:
    }
  }

  #signal(pilot: number): void {
    const place = this.#places[pilot]
    const life = place?.life
    if (place === undefined || !life?.alive) return
    life.after(0, () => {
      this.#tell({ type: 'pilot.told', pilot, signal: 'SIGTERM' })
      place.actor?.send({ type: 'pilot.stop', reason: signalReason('SIGTERM', wallClock(place.node)) })
    })
  }

  #order({ job: index, order }: Fault & { readonly kind: 'order' }): void {
    const job = this.jobs[index]
    if (job === undefined) return
    const now = worldStart + this.clock.now
    if (order === 'kill') killJob(this.panda, now, job.pandaId)
    else if (order === 'debug') setDebug(this.panda, now, job.pandaId, true)
    else if (order === 'none') clearCommand(this.panda, job.pandaId)
    else setCommand(this.panda, now, job.pandaId, order)
  }

  /** The server's own daemons, for as long as anybody may still report. */
  #runDaemons(): void {
    this.clock.after(daemonPeriod, undefined, () => {
      const now = worldStart + this.clock.now
      runAdder(this.panda, now)
      runWatcher(this.panda, now)
      const toCome = this.#places.some(({ life, lives }) => lives === 0 || life?.alive)
      if (toCome) this.#runDaemons()
    })
  }

  #settleTheRest(): void {
    const now = worldStart + this.clock.now
    runAdder(this.panda, now)
    runWatcher(this.panda, now + 49 * 60 * minute)
    this.#noteSettled()
  }

  /** What the server's history says that is new. */
  #noteSettled(): void {
    const { history, jobs } = this.panda
    for (; this.#seen < history.length; this.#seen++) {
      const event = history[this.#seen]
      const job = event === undefined ? undefined : jobs.get(event.PandaID)
      if (event === undefined || job === undefined) continue
      if (!settlers.has(event.call) || event.before === event.after) continue
      const key = jobKey({ pandaId: event.PandaID as PandaId, attemptNr: job.attemptNr as AttemptNr })
      this.#tell({ type: 'job.settled', key, outcome: event.after ?? '', by: event.call })
    }
  }
}
