import { type AttemptNr, type JobKey, jobKey, type PandaId } from '../job/ids.ts'
import type { JobDefinition } from '../standin/model/job.ts'
import type { Content } from './happening.ts'
import { randomFor } from './random.ts'
import type { JobScript, PayloadScript } from './scenario.ts'
import { launchDirectory, transformUrl } from './simulated-ports.ts'

const firstPandaId = 6001
const attemptNr = 1

/** A job of the world, with what is true of it. Files by their LFN. */
export interface WorldJob {
  readonly key: JobKey
  readonly pandaId: number
  readonly script: PayloadScript
  readonly inputs: ReadonlyMap<string, Content>
  readonly outputs: ReadonlyMap<string, Content>
  readonly log: string
  /** As the server hands it out. */
  readonly definition: JobDefinition
}

/** The job that script and seed describe. Its priority is high: the server then waits 3 h, not 48, when it is holding. */
export function makeJob(seed: number, script: JobScript, index: number): WorldJob {
  const random = randomFor(seed, `files of job ${index}`)
  const pandaId = firstPandaId + index
  const files = (kind: string, count: number): ReadonlyMap<string, Content> =>
    new Map(
      Array.from({ length: count }, (_, nth) => [
        `job${pandaId}.${kind}${nth}`,
        { size: random.whole(1, 400) * 100_000, adler32: random.hex() },
      ]),
    )
  const [inputs, outputs] = [files('in', script.inputs), files('out', script.outputs)]
  const log = `job${pandaId}.log.tgz`
  const transformation = script.transform === 'present' ? '/cvmfs/sim/Reco_tf.py' : `${transformUrl}/run${index}`
  return {
    key: jobKey({ pandaId: pandaId as PandaId, attemptNr: attemptNr as AttemptNr }),
    pandaId,
    script: script.payload,
    inputs,
    outputs,
    log,
    definition: {
      PandaID: pandaId,
      attemptNr,
      prodSourceLabel: 'managed',
      currentPriority: 900,
      transformation,
      jobPars: '--maxEvents 10',
      ...inputFields(inputs),
      ...outputFields([...outputs.keys()], log),
    },
  }
}

/** Where a pilot works on it. */
export function jobDirectory(pandaId: number): string {
  return `${launchDirectory}/PanDA_Pilot-${pandaId}`
}

function inputFields(inputs: ReadonlyMap<string, Content>): JobDefinition {
  const files = [...inputs.values()]
  return {
    inFiles: [...inputs.keys()].join(','),
    GUID: files.map((_, nth) => `IN${nth}`).join(','),
    fsize: files.map(({ size }) => size).join(','),
    checksum: files.map(({ adler32 }) => `ad:${adler32}`).join(','),
    scopeIn: files.map(() => 'sim').join(','),
    ddmEndPointIn: files.map(() => 'SIM_DATADISK').join(','),
  }
}

function outputFields(outputs: readonly string[], log: string): JobDefinition {
  const all = [...outputs, log]
  return {
    outFiles: all.join(','),
    scopeOut: outputs.map(() => 'sim').join(','),
    realDatasets: all.map(() => 'sim.set').join(','),
    ddmEndPointOut: all.map(() => 'SIM_DATADISK').join(','),
    logFile: log,
    logGUID: `LOG-${log}`,
    scopeLog: 'sim',
  }
}
