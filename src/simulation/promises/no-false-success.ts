import { type JobKey, jobKey } from '../../job/ids.ts'
import type { JobUpdate } from '../../job/update.ts'
import type { PayloadTruth } from '../happening.ts'
import type { World } from '../world.ts'
import { jobDirectory, type WorldJob } from '../world-job.ts'
import type { Promised } from './promise.ts'

/**
 * A payload starts with whole inputs only, and `finished` is told only after it truly exited with 0 and every output and
 * the log lies where the report says, whole.
 */
export const noFalseSuccess: Promised = {
  name: 'no false success',
  count: 'falseSuccess',
  watch(world) {
    const truths = new Map<JobKey, PayloadTruth>()
    return {
      see(happening) {
        if (happening.type === 'payload.ended') truths.set(happening.key, happening.truth)
        if (happening.type === 'payload.launched') return spoiltInput(world, happening.pilot, happening.key)
        if (happening.type !== 'update.sent' || happening.update.state !== 'finished') return undefined
        const key = jobKey(happening.update)
        const job = world.jobs.find((each) => each.key === key)
        if (job === undefined) return `${key} is no job of this world`
        return lieOf(world, happening.pilot, job, truths.get(key), happening.update)
      },
    }
  },
}

function spoiltInput(world: World, pilot: number, key: JobKey): string | undefined {
  const job = world.jobs.find((each) => each.key === key)
  const files = world.nodeOf(pilot)?.files
  for (const [lfn, { adler32 }] of job?.inputs ?? []) {
    const there = files?.get(`${jobDirectory(job?.pandaId ?? 0)}/${lfn}`)
    if (there?.adler32 !== adler32) return `the payload of ${key} starts, its input ${lfn} is not what was promised`
  }
  return undefined
}

function lieOf(
  world: World,
  pilot: number,
  { key, outputs, log }: WorldJob,
  truth: PayloadTruth | undefined,
  { final }: JobUpdate,
): string | undefined {
  if (truth === undefined) return `${key} is told finished, its payload never ended`
  if (truth.end.kind !== 'exited' || truth.end.exitCode !== 0) return `${key} is told finished, its payload failed`
  for (const lfn of [...outputs.keys(), log]) {
    const told = final?.stored.find((file) => file.lfn === lfn)
    if (told === undefined) return `${lfn} is not reported`
    const there = world.storage.get(told.surl) ?? world.nodeOf(pilot)?.files.get(told.surl)
    const made = lfn === log ? there : truth.outputs.get(lfn)
    if (there === undefined || made === undefined) return `${lfn} is not at ${told.surl}`
    if (made.size === 0) return `${lfn} is empty`
    if (there.adler32 !== made.adler32) return `${lfn} at ${told.surl} is not what the payload wrote`
    if (told.adler32 !== made.adler32 || told.size !== made.size) return `${lfn} is reported other than it is`
  }
  return undefined
}
