import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Ground, type PayloadTimes, prepareRun, type RunDirectory, readPayloadTimes } from './ground.ts'
import { input, jobDefinition, outputOf } from './job.ts'
import type { Launcher } from './launcher.ts'
import { type ProcessSample, sampleProcess } from './process-sample.ts'
import { type Arrival, type BenchServer, openServer } from './server.ts'
import { copyingTransform } from './transforms.ts'

const firstPandaId = 8001
/** ms between two looks at the pilot's processes: what they use after the last look is not seen. */
const sampleEvery = 20

/** One job of a life: all times in ms since the epoch, as the server and the payload saw them. */
export interface JobTimes {
  readonly pandaId: number
  readonly handedOut: number
  readonly payloadStart: number
  readonly payloadEnd: number
  readonly finalUpdate: number
}

/** A pilot from its start to its end. */
export interface Life {
  readonly started: number
  readonly arrivals: readonly Arrival[]
  readonly jobs: readonly JobTimes[]
  /** When it left by itself; it was ended after the last final update when it was not waited for. */
  readonly exited?: number
  /** s, of the pilot's own processes without their children. */
  readonly cpuSeconds: number
  /** MB, the sum of each process's most. */
  readonly peakMB: number
}

export interface LifeOptions {
  readonly jobs: number
  /** Whether it is to leave by itself; else it is ended when the last final update has come. */
  readonly untilExit: boolean
}

/** Lets a pilot work off its jobs. Rejects unless each of them is reported `finished` and has its output in place. */
export async function livePilot(ground: Ground, launcher: Launcher, { jobs, untilExit }: LifeOptions): Promise<Life> {
  await using run = await prepareRun(ground, jobs > 1 ? 10 : 0)
  const pandaIds = Array.from({ length: jobs }, (_, index) => firstPandaId + index)
  await using server = await openServer(
    (port) => pandaIds.map((id) => jobDefinition(id, `http://127.0.0.1:${port}/trf/user/run.sh`, ground.adler32)),
    copyingTransform(run),
  )
  const process = await runProcess(run, launcher, server, (kill) => {
    if (untilExit) return
    server.watch(() => {
      if (pandaIds.every((id) => finalUpdate(server.arrivals, id) !== undefined)) kill()
    })
  })
  const payloads = await readPayloadTimes(run)
  const times = await Promise.all(pandaIds.map((id) => timesOf(run, id, server.arrivals, payloads.get(outputOf(id)))))
  const { started, exited, ...used } = process
  return { started, arrivals: server.arrivals, jobs: times, ...(untilExit && { exited }), ...used }
}

interface Ran {
  readonly started: number
  readonly exited: number
  readonly cpuSeconds: number
  readonly peakMB: number
}

async function runProcess(
  run: RunDirectory,
  launcher: Launcher,
  server: BenchServer,
  begin: (kill: () => void) => void,
): Promise<Ran> {
  const { command, argv, environment } = launcher.commandLine(run, server.port)
  const talk = await open(join(run.path, 'talk'), 'w')
  const started = Date.now()
  const child = spawn(command, argv, { cwd: run.launch, env: environment, stdio: ['ignore', talk.fd, talk.fd] })
  const exit = once(child, 'exit')
  const kill = (): void => {
    if (child.pid !== undefined && child.exitCode === null) launcher.kill(child.pid)
  }
  const interrupted = (): never => {
    kill()
    process.exit(130)
  }
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted)
  begin(kill)
  const samples = new Map<number, ProcessSample>()
  const sampling = setInterval(() => {
    for (const pid of launcher.ownProcesses(child.pid ?? 0)) {
      const sample = sampleProcess(pid)
      if (sample !== undefined) samples.set(pid, sample)
    }
  }, sampleEvery)
  let late = false
  const deadline = setTimeout(() => {
    late = true
    kill()
  }, launcher.longest)
  try {
    await exit
    const exited = Date.now()
    if (late) throw new Error(`${launcher.name} did not end: ${await lastWords(run)}`)
    const sum = (of: (sample: ProcessSample) => number) => [...samples.values()].reduce((all, one) => all + of(one), 0)
    return { started, exited, cpuSeconds: sum((one) => one.cpuSeconds), peakMB: sum((one) => one.peakMB) }
  } finally {
    clearInterval(sampling)
    clearTimeout(deadline)
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted)
    await talk.close()
  }
}

async function timesOf(
  run: RunDirectory,
  pandaId: number,
  arrivals: readonly Arrival[],
  payload: PayloadTimes | undefined,
): Promise<JobTimes> {
  const handedOut = arrivals.find((arrival) => arrival.pandaId === pandaId)?.at
  const final = finalUpdate(arrivals, pandaId)
  const size = await stat(join(run.launch, outputOf(pandaId))).then(
    (found) => found.size,
    () => 0,
  )
  const done = final?.state === 'finished' && size === input.size && payload?.end !== undefined
  if (handedOut === undefined || !done) {
    const state = final?.state ?? 'no final state'
    throw new Error(`job ${pandaId}: ${state}, output of ${size} bytes; the pilot said: ${await lastWords(run)}`)
  }
  return { pandaId, handedOut, payloadStart: payload.start, payloadEnd: payload.end, finalUpdate: final.at }
}

/** The last one counts: it may have been sent again. */
function finalUpdate(arrivals: readonly Arrival[], pandaId: number): Arrival | undefined {
  return arrivals.findLast(
    (arrival) => arrival.pandaId === pandaId && (arrival.state === 'finished' || arrival.state === 'failed'),
  )
}

async function lastWords(run: RunDirectory): Promise<string> {
  const text = await readFile(join(run.path, 'talk'), 'utf8')
  return text.trim().slice(-2000) || 'nothing'
}
