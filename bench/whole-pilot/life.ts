import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Ground, type PayloadTimes, prepareRun, type RunDirectory, readPayloadTimes } from './ground.ts'
import { input, jobDefinition, outputOf } from './job.ts'
import type { Launcher } from './launcher.ts'
import { lastWords, type PilotProcess, startPilot } from './pilot-process.ts'
import { type ProcessSample, sampleProcess } from './process-table.ts'
import { type Arrival, openServer } from './server.ts'
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
  const transforms = { '/trf/user/run.sh': copyingTransform(run) }
  await using server = await openServer(transforms, (url) =>
    pandaIds.map((id) => jobDefinition(id, `${url}/trf/user/run.sh`, ground.adler32)),
  )
  await using pilot = await startPilot(run, launcher, server.port)
  const { started, kill } = pilot
  server.watch(() => {
    if (!untilExit && pandaIds.every((id) => finalUpdate(server.arrivals, id) !== undefined)) kill()
  })
  const use = watchUse(launcher, pilot)
  const exited = await endedInTime(launcher, pilot, run)
  const payloads = await readPayloadTimes(run)
  const times = await Promise.all(pandaIds.map((id) => timesOf(run, id, server.arrivals, payloads.get(outputOf(id)))))
  return { started, arrivals: server.arrivals, jobs: times, ...(untilExit && { exited }), ...use() }
}

/** Looks at a pilot's processes until it has ended; tells what they used. */
function watchUse(launcher: Launcher, { root, ended }: PilotProcess): () => Pick<Life, 'cpuSeconds' | 'peakMB'> {
  const samples = new Map<number, ProcessSample>()
  const sampling = setInterval(() => {
    for (const pid of launcher.ownProcesses(root)) {
      const sample = sampleProcess(pid)
      if (sample !== undefined) samples.set(pid, sample)
    }
  }, sampleEvery)
  void ended.then(() => clearInterval(sampling))
  const sum = (of: (sample: ProcessSample) => number) => [...samples.values()].reduce((all, one) => all + of(one), 0)
  return () => ({ cpuSeconds: sum((one) => one.cpuSeconds), peakMB: sum((one) => one.peakMB) })
}

/** Rejects when it does not end in time. */
async function endedInTime({ name, longest }: Launcher, { ended }: PilotProcess, run: RunDirectory): Promise<number> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const deadline = setTimeout(async () => {
    reject(new Error(`${name} did not end within ${longest / 1000} s; it said: ${await lastWords(run)}`))
  }, longest)
  return await Promise.race([ended, late]).finally(() => clearTimeout(deadline))
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
