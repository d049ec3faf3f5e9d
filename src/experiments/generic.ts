import type { JobDefinition } from '../job/definition.ts'
import type { OutputFile } from '../job/files.ts'
import type { Guid } from '../job/ids.ts'
import type { JobReport, ReportedOutput } from '../job/job-report.ts'
import { failedEnd, failedReport, wantedLines } from './payload-errors.ts'
import type { Experiment, Planned } from './port.ts'
import { transformSource } from './transform.ts'

/** The experiment that asks for nothing special: a transform with its parameters (contracts/pilot-experiment.md 17). */
export const generic: Experiment = {
  name: 'generic',
  plan,
  wantedLines,
  diagnose: (job, traces) => {
    const findings = failedEnd(traces, job.containerName !== undefined)
    return findings.length > 0 ? findings : failedReport(traces.report)
  },
  inputs: (job) => job.inputs,
  outputs,
  // The batch type is left out when it is unknown (contracts/panda-server.md 5.1).
  pilotId: (version, versionTag, batchType, gtag) =>
    (batchType === '' ? [gtag, versionTag, version] : [gtag, batchType, versionTag, version]).join('|'),
}

/** `./<transform> <jobPars>`; the parameters are shell text by contract and stay as they are. */
function plan(job: JobDefinition, baseUrls: readonly string[]): Planned {
  const source = transformSource(job.transformation, baseUrls)
  if (source.kind === 'refused') {
    const { error: name, text: detail } = source
    return { kind: 'refused', finding: { name, detail, phase: 'preparing', at: 0, origin: 'generic' } }
  }
  const program = source.name.startsWith('/') ? source.name : `./${source.name}`
  const commandLine = job.jobPars === '' ? program : `${program} ${job.jobPars}`
  return { kind: 'plan', plan: { transform: source, commandLine, environment: {} } }
}

/**
 * GUIDs as the report gives them; a file the definition allows to be absent is left out when the report lists none of
 * its name or says that it has no entries (contracts/pilot-experiment.md 2.7). Without a list in the report all outputs
 * stay, and those that may be missing are looked for on disk.
 */
function outputs(job: JobDefinition, report: JobReport | undefined): readonly OutputFile[] {
  const reported = report?.outputs
  if (reported === undefined) return job.outputs
  const byName = new Map(reported.map((output) => [output.name, output]))
  return job.outputs.flatMap((file) => {
    const known = byName.get(file.lfn)
    if (file.mayBeMissing && (known === undefined || known.nEntries === 0)) return []
    return [{ ...file, guid: guidOf(known) ?? file.guid }]
  })
}

function guidOf(output: ReportedOutput | undefined): Guid | undefined {
  return output?.guid === undefined || output.guid === '' ? undefined : (output.guid as Guid)
}
