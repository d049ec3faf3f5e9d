import * as z from 'zod/mini'
import { commaList, optionalFlag, optionalInteger, optionalText } from './wire-values.ts'

const schema = z.object({
  PandaID: optionalInteger,
  attemptNr: optionalInteger,
  taskID: optionalInteger,
  jobsetID: optionalInteger,
  jobDefinitionID: optionalInteger,
  jobName: optionalText,
  prodSourceLabel: optionalText,
  processingType: optionalText,
  prodUserID: optionalText,
  transformation: optionalText,
  jobPars: optionalText,
  swRelease: optionalText,
  homepackage: optionalText,
  cmtConfig: optionalText,
  container_name: optionalText,
  coreCount: optionalInteger,
  minRamCount: optionalInteger,
  maxDiskCount: optionalInteger,
  maxCpuCount: optionalInteger,
  maxWalltime: optionalInteger,
  resource_type: optionalText,
  transferType: optionalText,
  destinationSE: optionalText,
  loopingCheck: optionalFlag,
  debug: optionalFlag,
  secrets: optionalText,
  pilotSecrets: optionalText,
  inFiles: commaList,
  GUID: commaList,
  fsize: commaList,
  checksum: commaList,
  scopeIn: commaList,
  realDatasetsIn: commaList,
  prodDBlockToken: commaList,
  ddmEndPointIn: commaList,
  outFiles: commaList,
  scopeOut: commaList,
  realDatasets: commaList,
  ddmEndPointOut: commaList,
  logFile: optionalText,
  logGUID: optionalText,
  scopeLog: optionalText,
  allowNoOutput: commaList,
})

/** The wire's fields after the schema, before sense was made of them. */
export type WireDefinition = z.infer<typeof schema>

const wireKeys = Object.keys(schema.shape)

/** Never throws: every field has a reading for whatever stands there. */
export function readWire(raw: object): WireDefinition {
  const record = raw as Record<string, unknown>
  return schema.parse(Object.fromEntries(wireKeys.map((key) => [key, record[key]])))
}

/** What is wrong with a definition, by the code that reports it. */
export interface DefinitionProblem {
  readonly name: 'CONVERSIONFAILURE' | 'LFNTOOLONG' | 'BADOUTPUTFILENAME' | 'UNKNOWNCHECKSUMTYPE'
  readonly text: string
}
