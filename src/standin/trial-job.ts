import type { JobDefinition } from './model/job.ts'

/** A job of somebody's own, made whole; or what is wrong with it, for people. */
export type TrialJob =
  | { readonly kind: 'job'; readonly definition: JobDefinition }
  | { readonly kind: 'refused'; readonly text: string }

/** What a trial job gets when its file says nothing; the names tell that they were not chosen. */
const trialScope = 'trial'
const trialEndpoint = 'TRIAL_DATADISK'

/** Lists parallel to inFiles, with the value for a file of which nothing is said (contracts/panda-server.md 11). */
const inputLists: Readonly<Record<string, string>> = {
  GUID: 'NULL',
  fsize: 'NULL',
  checksum: 'NULL',
  scopeIn: trialScope,
  realDatasetsIn: 'NULL',
  prodDBlocks: 'NULL',
  prodDBlockToken: 'NULL',
  dispatchDblock: 'NULL',
  dispatchDBlockToken: 'NULL',
  ddmEndPointIn: trialEndpoint,
}

/** Lists parallel to outFiles, the log included. */
const outputLists: Readonly<Record<string, string>> = {
  realDatasets: `${trialScope}:${trialScope}.outputs`,
  destinationDblock: `${trialScope}:${trialScope}.outputs`,
  destinationDBlockToken: 'NULL',
  fileDestinationSE: 'TRIAL',
  ddmEndPointOut: trialEndpoint,
}

const singleValues: Readonly<Record<string, string | number>> = {
  taskID: 1,
  jobsetID: 'NULL',
  reqID: 1,
  jobDefinitionID: 0,
  attemptNr: 1,
  prodSourceLabel: 'managed',
  processingType: 'trial',
  prodUserID: '/CN=Trial User',
  cloud: 'WORLD',
  nucleus: 'NULL',
  currentPriority: 1000,
  jobPars: '',
  swRelease: 'NULL',
  homepackage: 'NULL',
  cmtConfig: 'NULL',
  coreCount: 1,
  minRamCount: 0,
  maxDiskCount: 0,
  maxCpuCount: 0,
  maxWalltime: 'NULL',
  resource_type: 'Undefined',
  destinationSE: 'TRIAL',
  transferType: 'NULL',
  sourceSite: 'NULL',
}

/**
 * Makes a whole job dictionary out of what a person wrote down: only `transformation` is asked for. Lists may be JSON
 * lists. A job without a log gets one, because the pilot always brings one. `guid` names the log.
 */
export function completeJob(raw: Readonly<Record<string, unknown>>, PandaID: number, guid: string): TrialJob {
  const written = Object.fromEntries(
    Object.entries(raw).map(([key, value]) => [key, Array.isArray(value) ? value.join(',') : value]),
  )
  const { transformation } = written
  if (typeof transformation !== 'string' || transformation === '') {
    return refused('it has no "transformation": name the program or the http(s) address of the script to run')
  }
  const jobName = String(written.jobName ?? `trial.${PandaID}`)
  const logFile = String(written.logFile ?? `${jobName}.job.log.tgz`)
  const inFiles = split(written.inFiles)
  const named = split(written.outFiles)
  const outFiles = logFile === '' || named.includes(logFile) ? named : [...named, logFile]

  const definition: Record<string, unknown> = { PandaID, ...singleValues, jobName, ...written }
  for (const [key, standard] of Object.entries(inputLists)) {
    const list = parallel(written[key], inFiles.length, inFiles.length, standard)
    if (list === null) return unequal(key, 'inFiles', inFiles)
    definition[key] = list
  }
  for (const [key, standard] of Object.entries(outputLists)) {
    const list = parallel(written[key], named.length, outFiles.length, standard)
    if (list === null) return unequal(key, 'outFiles', outFiles)
    definition[key] = list
  }
  const outputs = outFiles.filter((lfn) => lfn !== logFile)
  const scopeOut = parallel(written.scopeOut, outputs.length, outputs.length, trialScope)
  if (scopeOut === null) return unequal('scopeOut', 'outFiles without the log', outputs)
  const log = { logFile, logGUID: written.logGUID ?? guid, scopeLog: written.scopeLog ?? trialScope }
  return {
    kind: 'job',
    definition: { ...definition, PandaID, inFiles: inFiles.join(','), outFiles: outFiles.join(','), scopeOut, ...log },
  }
}

/**
 * A list of the wanted length. One value stands for all; a list that is as long as what the person named gets the last
 * entry for the log.
 */
function parallel(value: unknown, named: number, wanted: number, standard: string): string | null {
  if (value === undefined || value === null || value === 'NULL') return Array(wanted).fill(standard).join(',')
  const list = split(value)
  if (list.length === 1) return Array(wanted).fill(list[0]).join(',')
  if (list.length === wanted) return list.join(',')
  return list.length === named ? [...list, list.at(-1) ?? standard].join(',') : null
}

function unequal(key: string, of: string, files: readonly string[]): TrialJob {
  return refused(`"${key}" is not as long as ${of} (${files.length}): give one value for each file, or leave it out`)
}

function refused(text: string): TrialJob {
  return { kind: 'refused', text }
}

function split(value: unknown): string[] {
  const text = value === undefined || value === null || value === 'NULL' ? '' : String(value)
  return text === '' ? [] : text.split(',')
}
