import { expect } from 'vitest'
import { type JobDefinition, parseDefinition } from '../../src/job/definition.ts'
import type { JobReport } from '../../src/job/job-report.ts'

/** A job as the server would describe it, with these fields besides the compulsory ones. */
export function jobWith(fields: Record<string, unknown>): JobDefinition {
  const parsed = parseDefinition({ PandaID: 4711, attemptNr: 1, transformation: 'run.sh', jobPars: '', ...fields })
  return parsed.kind === 'job' ? parsed.job : expect.fail(parsed.problems.join('; '))
}

/** A job report that tells nothing but this. */
export function reportWith(fields: Partial<JobReport>): JobReport {
  return {
    exitCode: undefined,
    exitAcronym: undefined,
    exitMsg: undefined,
    exeErrorCode: undefined,
    exeErrorDiag: undefined,
    processedEvents: undefined,
    resimEvents: undefined,
    inputFiles: undefined,
    cpuTime: undefined,
    outputs: undefined,
    outputEvents: undefined,
    dbTime: undefined,
    dbData: undefined,
    ...fields,
  }
}
