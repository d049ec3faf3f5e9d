import { inputFiles, outputFiles } from './file-lists.ts'
import type { InputFile, OutputFile } from './files.ts'
import type { AttemptNr, JobIdentity, PandaId } from './ids.ts'
import { secretTextsOf } from './secret-texts.ts'
import { type DefinitionProblem, readWire, type WireDefinition } from './wire-definition.ts'

/** A job as the server described it (contracts/panda-server.md 11), checked and typed. */
export interface JobDefinition extends JobIdentity {
  readonly taskId: number | undefined
  readonly jobsetId: number | undefined
  readonly jobDefinitionId: number | undefined
  readonly jobName: string
  readonly prodSourceLabel: string
  readonly processingType: string
  /** DN of the submitter. */
  readonly prodUserId: string
  /** Name of the transform, or an http(s) URL: that marks an analysis job. */
  readonly transformation: string
  /** Shell text by contract: only the payload's own shell reads it. */
  readonly jobPars: string
  readonly swRelease: string | undefined
  readonly homePackage: string | undefined
  readonly cmtConfig: string | undefined
  readonly containerName: string | undefined
  readonly coreCount: number
  /** MB for the whole job; 0 = no limit. */
  readonly minRamCount: number
  /** MB; 0 = no limit. */
  readonly maxDiskCount: number
  /** s of CPU; 0 = no limit. */
  readonly maxCpuCount: number
  /** s; undefined = no limit. */
  readonly maxWalltime: number | undefined
  readonly resourceType: string | undefined
  readonly transferType: string | undefined
  readonly destinationSe: string | undefined
  readonly inputs: readonly InputFile[]
  readonly outputs: readonly OutputFile[]
  readonly log: OutputFile | undefined
  readonly loopingCheck: boolean
  readonly debug: boolean
  /** Texts that must never be shown: the user's secrets. */
  readonly secrets: readonly string[]
}

/** A refused definition still tells, where it can, which job is to be reported failed: `job` without its files. */
export type ParsedDefinition =
  | { readonly kind: 'job'; readonly job: JobDefinition; readonly warnings: readonly string[] }
  | {
      readonly kind: 'refused'
      readonly job: JobDefinition | undefined
      readonly problems: readonly DefinitionProblem[]
    }

/**
 * Reads one job definition in either dialect's form (numbers as digits, NULL for unset). Never throws: whatever is
 * wrong is said in `problems`, all of it at once.
 */
export function parseDefinition(raw: unknown): ParsedDefinition {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    const text = `the job definition is no dictionary but ${JSON.stringify(raw)?.slice(0, 80)}`
    return { kind: 'refused', job: undefined, problems: [unusable(text)] }
  }
  const wire = readWire(raw)
  const problems: DefinitionProblem[] = []
  const warnings: string[] = []
  const identity = identityOf(wire, raw, problems)
  if (wire.transformation === undefined) problems.push(unusable('transformation is missing: there is nothing to run'))
  const inputs = inputFiles(wire, problems, warnings)
  const { outputs, log } = outputFiles(wire, problems)
  if (identity === undefined) return { kind: 'refused', job: undefined, problems }
  const job = { ...identity, ...described(wire) }
  if (problems.length > 0)
    return { kind: 'refused', job: { ...job, inputs: [], outputs: [], log: undefined }, problems }
  return { kind: 'job', job: { ...job, inputs, outputs, log }, warnings }
}

function unusable(text: string): DefinitionProblem {
  return { name: 'CONVERSIONFAILURE', text }
}

function identityOf(wire: WireDefinition, raw: object, problems: DefinitionProblem[]): JobIdentity | undefined {
  if (wire.PandaID === undefined || wire.PandaID <= 0) {
    problems.push(
      unusable(`PandaID is missing or no number: ${JSON.stringify((raw as Record<string, unknown>).PandaID)}`),
    )
    return undefined
  }
  return { pandaId: wire.PandaID as PandaId, attemptNr: (wire.attemptNr ?? 0) as AttemptNr }
}

function described(wire: WireDefinition): Omit<JobDefinition, keyof JobIdentity | 'inputs' | 'outputs' | 'log'> {
  return {
    taskId: wire.taskID,
    jobsetId: wire.jobsetID,
    jobDefinitionId: wire.jobDefinitionID,
    jobName: wire.jobName ?? '',
    prodSourceLabel: wire.prodSourceLabel ?? '',
    processingType: wire.processingType ?? '',
    prodUserId: wire.prodUserID ?? '',
    transformation: wire.transformation ?? '',
    jobPars: wire.jobPars ?? '',
    swRelease: wire.swRelease,
    homePackage: wire.homepackage,
    cmtConfig: wire.cmtConfig,
    containerName: wire.container_name,
    coreCount: Math.max(1, wire.coreCount ?? 1),
    minRamCount: wire.minRamCount ?? 0,
    maxDiskCount: wire.maxDiskCount ?? 0,
    maxCpuCount: wire.maxCpuCount ?? 0,
    maxWalltime: wire.maxWalltime === 0 ? undefined : wire.maxWalltime,
    resourceType: wire.resource_type,
    transferType: wire.transferType,
    destinationSe: wire.destinationSE,
    loopingCheck: wire.loopingCheck ?? true,
    debug: wire.debug ?? false,
    secrets: [wire.secrets ?? '', wire.pilotSecrets ?? ''].flatMap(secretTextsOf),
  }
}

/** An analysis job brings its own transform from a URL (contracts/pilot-data.md 2.5). */
export function isAnalysis(job: JobDefinition): boolean {
  return /^https?:\/\//.test(job.transformation)
}
