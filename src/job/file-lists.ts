import { parseChecksum } from './checksum.ts'
import type { InputFile, OutputFile } from './files.ts'
import type { Guid, Lfn, Rse } from './ids.ts'
import { parseLfn } from './lfn.ts'
import type { DefinitionProblem, WireDefinition } from './wire-definition.ts'

/**
 * The inputs of a definition: parallel comma lists, a shorter one padded with "unknown", repeated LFNs taken once
 * (contracts/pilot-data.md 1.2). Names that are no file names become problems; unreadable checksums and sizes too,
 * since a file that cannot be verified must not pass as verified.
 */
export function inputFiles(wire: WireDefinition, problems: DefinitionProblem[], warnings: string[]): InputFile[] {
  const seen = new Set<Lfn>()
  const files: InputFile[] = []
  wire.inFiles.forEach((name, index) => {
    if (name === undefined) return
    const parsed = parseLfn(name.replace(/^zip:\/\//, ''))
    if ('problem' in parsed) {
      problems.push({
        name: parsed.problem.kind === 'too-long' ? 'LFNTOOLONG' : 'CONVERSIONFAILURE',
        text: `inFiles: ${parsed.problem.text}`,
      })
      return
    }
    if (seen.has(parsed.lfn)) return
    seen.add(parsed.lfn)
    const size = sizeOf(wire.fsize[index])
    if (size === 'unreadable')
      problems.push({
        name: 'CONVERSIONFAILURE',
        text: `fsize of ${parsed.lfn} is no number of bytes: ${wire.fsize[index]}`,
      })
    const checksum = parseChecksum(wire.checksum[index] ?? '')
    if (checksum.kind === 'unreadable')
      problems.push({ name: 'UNKNOWNCHECKSUMTYPE', text: `${parsed.lfn}: ${checksum.text}` })
    if (checksum.kind === 'unknown')
      warnings.push(`${parsed.lfn} has no checksum in the job definition: only its size can be verified`)
    files.push({
      lfn: parsed.lfn,
      guid: wire.GUID[index] as Guid | undefined,
      scope: wire.scopeIn[index] ?? '',
      dataset: wire.realDatasetsIn[index] ?? '',
      rse: wire.ddmEndPointIn[index] as Rse | undefined,
      size: typeof size === 'number' && size > 0 ? size : undefined,
      checksum: checksum.kind === 'known' ? checksum.checksum : undefined,
      storageToken: wire.prodDBlockToken[index],
    })
  })
  return files
}

function sizeOf(text: string | undefined): number | undefined | 'unreadable' {
  if (text === undefined) return undefined
  const size = Number(text)
  return Number.isSafeInteger(size) && size >= 0 ? size : 'unreadable'
}

/**
 * Outputs and log. `outFiles` holds both in any order; `scopeOut` has no entry for the log, so scopes are taken in turn
 * for the others (contracts/panda-server.md 11).
 */
export function outputFiles(
  wire: WireDefinition,
  problems: DefinitionProblem[],
): { outputs: OutputFile[]; log: OutputFile | undefined } {
  const outputs: OutputFile[] = []
  let log: OutputFile | undefined
  let nextScope = 0
  const mayBeMissing = new Set(wire.allowNoOutput)
  const names =
    wire.logFile === undefined || wire.outFiles.includes(wire.logFile)
      ? wire.outFiles
      : [...wire.outFiles, wire.logFile]
  names.forEach((name, index) => {
    if (name === undefined) return
    const parsed = parseLfn(name)
    if ('problem' in parsed) {
      problems.push({
        name: parsed.problem.kind === 'too-long' ? 'LFNTOOLONG' : 'BADOUTPUTFILENAME',
        text: `outFiles: ${parsed.problem.text}`,
      })
      return
    }
    const common = {
      lfn: parsed.lfn,
      dataset: wire.realDatasets[index] ?? '',
      rse: wire.ddmEndPointOut[index] as Rse | undefined,
    }
    if (name === wire.logFile) {
      log = {
        ...common,
        kind: 'log',
        guid: wire.logGUID as Guid | undefined,
        scope: wire.scopeLog ?? '',
        mayBeMissing: false,
      }
      return
    }
    if (outputs.some(({ lfn }) => lfn === parsed.lfn)) {
      problems.push({ name: 'CONVERSIONFAILURE', text: `outFiles names ${parsed.lfn} twice` })
      return
    }
    outputs.push({
      ...common,
      kind: 'output',
      guid: undefined,
      scope: wire.scopeOut[nextScope++] ?? '',
      mayBeMissing: mayBeMissing.has(name),
    })
  })
  if (outputs.length > 0 && wire.scopeOut.length === 0)
    problems.push({ name: 'CONVERSIONFAILURE', text: 'scopeOut is missing although there are outputs' })
  return { outputs, log }
}
