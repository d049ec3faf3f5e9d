import type { Processes } from '../host/port.ts'
import type { JobKey } from '../job/ids.ts'
import type { ProcessEnd, ProcessIdentity } from '../job/process.ts'
import type { Content } from './happening.ts'
import type { Life } from './life.ts'
import { type PayloadProcess, type WorkerNode, wallClock } from './node.ts'
import type { PayloadScript } from './scenario.ts'

const bootId = 'simulated'
/** ms until a new process runs, until a signal took effect, between two looks at a process that is no child. */
const launchTime = 50
const dyingTime = 200
const lookEvery = 1000

/** What a payload is: whose, how it behaves, what it writes. */
export interface PayloadPlan {
  readonly key: JobKey
  readonly script: PayloadScript
  /** By LFN, all of them; what is not left is left out by the script. */
  readonly outputs: ReadonlyMap<string, Content>
}

export interface SimulatedProcesses extends Processes {
  /** At the end of the pilot: KILL to what is left of the payloads it started or took back. */
  endAll(): void
}

/** The payloads of a node. `planOf`: by the directory it is started in. */
export function simulatedProcesses(
  node: WorkerNode,
  life: Life,
  planOf: (directory: string) => PayloadPlan | undefined,
): SimulatedProcesses {
  const known = new Set<PayloadProcess>()
  const children = new Set<PayloadProcess>()
  const processOf = ({ cookie, pid }: ProcessIdentity) =>
    node.processes.find((process) => process.cookie === cookie && (pid === 0 || process.pid === pid))

  return {
    launch: ({ cookie, directory, statusFile }) =>
      life.effect(launchTime, () => {
        const plan = planOf(directory)
        if (plan === undefined) return { kind: 'failed', text: `${directory} is no job directory` }
        node.files.set(statusFile, { size: 256, adler32: '00000100', text: '' })
        const process = start(node, plan, cookie, directory)
        known.add(process)
        children.add(process)
        return { kind: 'launched', identity: identityOf(process) }
      }),
    find: (cookie) =>
      life.effect(0, () => {
        const process = node.processes.find((each) => each.cookie === cookie && each.truth === undefined)
        return process === undefined ? undefined : identityOf(process)
      }),
    neverStarted: (statusFile) => life.effect(0, () => !node.files.has(statusFile)),
    ended(identity, statusFile, signal) {
      return new Promise((resolve) => {
        if (!life.begins()) return
        const process =
          processOf(identity) ?? node.processes.find(({ directory }) => statusFile.startsWith(`${directory}/`))
        if (process === undefined) return void life.after(lookEvery, () => resolve(lost(identity)))
        known.add(process)
        const abort = (): void => {
          process.watchers.delete(tell)
          resolve({ kind: 'lost', text: 'the payload still ran when the pilot stopped waiting for it' })
        }
        const tell = (): void => {
          life.after(children.has(process) ? 1 : lookEvery, () => {
            signal.removeEventListener('abort', abort)
            if (!signal.aborted && life.ends()) resolve(endSeen(process, children.has(process), identity))
          })
        }
        if (signal.aborted) return abort()
        signal.addEventListener('abort', abort, { once: true })
        if (process.truth !== undefined) tell()
        else process.watchers.add(tell)
      })
    },
    signalTree: (identity, signal) =>
      life.effect(1, () => {
        const process = processOf(identity)
        node.witness({ type: 'signal.sent', pilot: node.pilot, key: process?.key, signal }, node.clock.now)
        return process === undefined ? 0 : deliver(node, process, signal)
      }),
    survivors: (identity) =>
      life.effect(0, () => {
        const process = processOf(identity)
        return process === undefined ? 0 : living(process)
      }),
    sample: (identity) =>
      life.effect(0, () => {
        const process = processOf(identity)
        if (process === undefined || living(process) === 0) return undefined
        const cpuSeconds = Math.round((wallClock(node) - process.startedAt) / 1000)
        return { processes: living(process), cpuSeconds, rss: 500_000, pss: 400_000, vmem: 900_000, swap: 0 }
      }),
    endAll() {
      for (const process of known) deliver(node, process, 'SIGKILL')
    },
  }
}

/** Processes of the payload that live. */
export function living({ truth, daemons }: PayloadProcess): number {
  return (truth === undefined ? 1 : 0) + daemons
}

function start(node: WorkerNode, plan: PayloadPlan, cookie: string, directory: string): PayloadProcess {
  const { key, script } = plan
  const process: PayloadProcess = {
    key,
    pid: node.nextPid++,
    cookie,
    directory,
    script,
    truth: undefined,
    statusWritten: false,
    daemons: 0,
    startedAt: wallClock(node),
    watchers: new Set(),
  }
  node.processes.push(process)
  node.witness({ type: 'payload.launched', pilot: node.pilot, key, pid: process.pid }, node.clock.now)
  node.clock.after(script.duration, undefined, () => {
    if (process.truth !== undefined) return
    const outputs = new Map(left(script, plan.outputs))
    for (const [lfn, content] of outputs) node.files.set(`${directory}/${lfn}`, content)
    if (script.leavesDaemon) process.daemons = 1
    finish(node, process, { kind: 'exited', exitCode: script.exitCode, cpuSeconds: script.duration / 1000 }, outputs)
  })
  return process
}

function left({ leaves }: PayloadScript, outputs: ReadonlyMap<string, Content>): [string, Content][] {
  const [first, ...others] = outputs
  if (first === undefined || leaves === 'all') return [...outputs]
  return leaves === 'missing' ? others : [[first[0], { size: 0, adler32: '00000001' }], ...others]
}

/** The first process is gone; `end` is what its launcher writes, unless the launcher was killed too. */
function finish(
  node: WorkerNode,
  process: PayloadProcess,
  end: ProcessEnd,
  outputs: ReadonlyMap<string, Content> = new Map(),
): void {
  process.truth = { end, outputs }
  process.statusWritten = end.kind === 'exited'
  node.witness({ type: 'payload.ended', pilot: node.pilot, key: process.key, truth: process.truth }, node.clock.now)
  for (const watcher of process.watchers) watcher()
  process.watchers.clear()
}

function deliver(node: WorkerNode, process: PayloadProcess, signal: string): number {
  const count = living(process)
  if (signal === 'SIGKILL') {
    process.daemons = 0
    if (process.truth === undefined) finish(node, process, { kind: 'signalled', signal, cpuSeconds: undefined })
    return count
  }
  if (process.script.ignoresTerm || process.truth !== undefined) return count
  node.clock.after(dyingTime, undefined, () => {
    if (process.truth === undefined) finish(node, process, { kind: 'exited', exitCode: 143, cpuSeconds: undefined })
  })
  return count
}

/** The machine went down. */
export function powerCut(node: WorkerNode): void {
  for (const process of node.processes) {
    process.daemons = 0
    process.watchers.clear()
    if (process.truth === undefined) finish(node, process, { kind: 'lost', text: 'the machine went down' })
  }
}

/** Only its parent learns of a process that was killed; others have the status file, if it was written. */
function endSeen({ truth, statusWritten }: PayloadProcess, isChild: boolean, identity: ProcessIdentity): ProcessEnd {
  if (truth === undefined) return lost(identity)
  return statusWritten || isChild ? truth.end : lost(identity)
}

function lost({ pid }: ProcessIdentity): ProcessEnd {
  return { kind: 'lost', text: `process ${pid} is gone and left no exit status` }
}

function identityOf({ pid, cookie }: PayloadProcess): ProcessIdentity {
  return { pid, startTicks: pid * 100, bootId, cookie }
}
