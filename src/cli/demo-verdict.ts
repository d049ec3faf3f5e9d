import { createReadStream } from 'node:fs'
import * as z from 'zod/mini'
import type { DemoJob } from '../../demo/jobs.ts'
import type { Phase } from '../job/phases.ts'
import { historyOf } from '../standin/model/history.ts'
import type { Job } from '../standin/model/job.ts'
import type { Panda } from '../standin/model/panda.ts'
import { localPathOf } from '../storage/pfn.ts'
import { adler32, formatAdler32 } from '../workers/adler32.ts'
import type { PilotExit } from './demo-events.ts'
import { type DemoView, phaseSeconds } from './demo-view.ts'

interface Measured {
  readonly size: number
  readonly adler32: string
}

/** A file the pilot says it stored, and what is really there; undefined: nothing that can be read. */
export interface DemoOutput extends Measured {
  readonly lfn: string
  readonly found: Measured | undefined
}

/** What lies in storage is what the pilot reported. */
export function isVerified({ size, adler32, found }: DemoOutput): boolean {
  return found?.size === size && found.adler32 === adler32
}

/** What the server and the storage hold of a job at the end. */
export interface JobFacts {
  readonly job: DemoJob
  readonly serverState: string
  readonly pilotErrorCode: number
  /** null: the server was told none. */
  readonly transExitCode: number | null
  /** The error text at the server. */
  readonly text: string
  /** Final updates the server took. */
  readonly finals: number
  readonly outputs: readonly DemoOutput[]
  readonly phases: Partial<Record<Phase, number>>
}

/** The output report of a final update (contracts/pilot-data.md 3.7). */
const reportSchema = z.record(z.string(), z.object({ fsize: z.number(), adler32: z.string(), surl: z.string() }))

/** Looks at everything afresh: the server's rows, and every stored file, read to its end. `now`: ms since the epoch. */
export async function gatherFacts(
  panda: Panda,
  jobs: readonly DemoJob[],
  view: DemoView,
  now: number,
): Promise<JobFacts[]> {
  return Promise.all(
    jobs.map(async (job) => {
      const row = panda.jobs.get(job.pandaId)
      const seen = view.jobs.find(({ pandaId }) => pandaId === job.pandaId)
      const finals = historyOf(panda, job.pandaId).filter(
        ({ call, asked, after }) => call === 'update' && asked === job.expected && after === 'holding',
      )
      return {
        job,
        serverState: row?.state ?? 'unknown',
        pilotErrorCode: Number(row?.fields.pilotErrorCode ?? 0),
        transExitCode: row?.fields.transExitCode === undefined ? null : Number(row.fields.transExitCode),
        text: String(row?.fields.pilotErrorDiag ?? row?.fields.exeErrorDiag ?? row?.errors.ddmErrorDiag ?? ''),
        finals: finals.length,
        outputs: await outputsOf(row, job.stored),
        phases: seen === undefined ? {} : phaseSeconds(seen, now),
      }
    }),
  )
}

/** In the order of the job's own list: the pilot reports them as they were stored. */
async function outputsOf(row: Job | undefined, order: readonly string[]): Promise<DemoOutput[]> {
  const stored = Object.entries(readReport(row?.report ?? '') ?? {})
  stored.sort(([left], [right]) => order.indexOf(left) - order.indexOf(right))
  return Promise.all(
    stored.map(async ([lfn, { fsize, adler32, surl }]) => ({
      lfn,
      size: fsize,
      adler32,
      found: await measure(localPathOf(surl) ?? ''),
    })),
  )
}

function readReport(text: string): z.infer<typeof reportSchema> | undefined {
  try {
    return reportSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

async function measure(path: string): Promise<Measured | undefined> {
  let [size, sum] = [0, 1]
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      size += chunk.length
      sum = adler32(chunk, sum)
    }
  } catch {
    return undefined
  }
  return { size, adler32: formatAdler32(sum) }
}

/** What is not as it must be, each in a sentence; empty when all is well. */
export function differences(facts: readonly JobFacts[], exit: PilotExit): string[] {
  const pilot =
    exit.exitCode === 0 ? [] : [`the pilot ended with ${exit.exitCode ?? exit.signal} instead of exit code 0`]
  return [...pilot, ...facts.flatMap(differencesOf)]
}

function differencesOf(facts: JobFacts): string[] {
  const { job, serverState, pilotErrorCode, transExitCode, text, finals, outputs } = facts
  if (serverState === 'activated') return [`job ${job.pandaId}: no pilot ever took it`]
  const failing = job.expected === 'failed'
  const wrong: string[] = []
  const must = (holds: boolean, sentence: string) => {
    if (!holds) wrong.push(`job ${job.pandaId}: ${sentence}`)
  }
  must(serverState === job.expected, `the server has it ${serverState} instead of ${job.expected}`)
  must((transExitCode ?? 0) === job.transExitCode, `trans exit code ${transExitCode} instead of ${job.transExitCode}`)
  must((pilotErrorCode !== 0) === failing, `pilot error code ${pilotErrorCode}`)
  must(text.includes(job.because), `its error text does not say “${job.because}” but “${text}”`)
  must(finals === 1, `the server took ${finals} final reports instead of one`)
  const names = outputs.map(({ lfn }) => lfn)
  for (const lfn of job.stored) must(names.includes(lfn), `${lfn} was not stored`)
  for (const output of outputs) {
    const { lfn, size, adler32, found } = output
    must(job.stored.includes(lfn), `${lfn} was stored although it should not exist`)
    const there = found === undefined ? 'nothing readable' : `${found.size} bytes, adler32 ${found.adler32}`
    must(isVerified(output), `${lfn} was reported with ${size} bytes, adler32 ${adler32}, but in storage is ${there}`)
  }
  return wrong
}

/** The document of `--json`. Phases in seconds. */
export function demoDocument(facts: readonly JobFacts[], wrong: readonly string[]): object {
  return {
    jobs: facts.map(({ job, serverState, pilotErrorCode, transExitCode, text, outputs, phases }) => ({
      pandaId: job.pandaId,
      attemptNr: job.attemptNr,
      expected: job.expected,
      serverState,
      pilotErrorCode,
      transExitCode,
      errorText: text,
      outputs: outputs.map(({ lfn, size, adler32 }) => ({ lfn, size, adler32 })),
      phases: Object.fromEntries(Object.entries(phases).map(([phase, seconds]) => [phase, Number(seconds.toFixed(3))])),
    })),
    ...(wrong.length === 0 ? {} : { differences: wrong }),
    ok: wrong.length === 0,
  }
}
