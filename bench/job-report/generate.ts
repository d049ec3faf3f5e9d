import { closeSync, openSync, writeSync } from 'node:fs'

/** How many of each element a report has. */
export interface ReportSize {
  readonly inputs: number
  readonly outputs: number
  readonly steps: number
  /** WARNING entries of each step. */
  readonly warnings: number
  /** Further WARNING entries of the first step, as older releases wrote them. */
  readonly firstWarnings: number
  /** FATAL entries with their 40 lines, in the last step. */
  readonly fatals: number
  readonly eventLoop: number
}

/** Sizes of contracts/pilot-experiment.md 2.8, about 1 and 50 MB. */
export const small: ReportSize = {
  inputs: 1500,
  outputs: 100,
  steps: 8,
  warnings: 10,
  firstWarnings: 2000,
  fatals: 40,
  eventLoop: 0,
}
export const medium: ReportSize = {
  inputs: 60_000,
  outputs: 20_000,
  steps: 2000,
  warnings: 10,
  firstWarnings: 0,
  fatals: 1200,
  eventLoop: 100_000,
}

/** In the file, with its part of the command line. */
const bytesOfInput = 174
const bytesOfWarning = 224

/** The shape the goals were set with: 70 % warnings of the first step, 30 % inputs, few outputs. */
export function longLog(megabytes: number): ReportSize {
  const bytes = megabytes * 1e6
  return {
    inputs: Math.round((0.3 * bytes) / bytesOfInput),
    outputs: 200,
    steps: 8,
    warnings: 10,
    firstWarnings: Math.round((0.7 * bytes) / bytesOfWarning),
    fatals: 0,
    eventLoop: 0,
  }
}

/** Elements of an array that are made while they are written. */
class Series {
  readonly length: number
  readonly element: (index: number) => unknown
  constructor(length: number, element: (index: number) => unknown) {
    this.length = length
    this.element = element
  }
}

/** Writes a job report in the layout of the ATLAS transforms: indent 2, names sorted; the same size and seed, the same bytes. */
export function generateReport(path: string, size: ReportSize, seed = 1): void {
  const fd = openSync(path, 'w')
  let text = ''
  try {
    emit(reportOf(size, uuids(seed)), '', (part) => {
      text += part
      if (text.length < 1 << 20) return
      writeSync(fd, text)
      text = ''
    })
    writeSync(fd, `${text}\n`)
  } finally {
    closeSync(fd)
  }
}

function emit(value: unknown, indent: string, write: (part: string) => void): void {
  const inner = `${indent}  `
  if (value instanceof Series) {
    write('[')
    for (let at = 0; at < value.length; at++) {
      write(at === 0 ? `\n${inner}` : `,\n${inner}`)
      emit(value.element(at), inner, write)
    }
    write(value.length === 0 ? ']' : `\n${indent}]`)
  } else if (Array.isArray(value)) emit(new Series(value.length, (at) => value[at]), indent, write)
  else if (typeof value === 'object' && value !== null) {
    let first = true
    for (const [name, member] of Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))) {
      write(`${first ? '{' : ','}\n${inner}${JSON.stringify(name)}: `)
      emit(member, inner, write)
      first = false
    }
    write(first ? '{}' : `\n${indent}}`)
  } else write(JSON.stringify(value))
}

function reportOf(size: ReportSize, uuid: () => string): object {
  const lfn = (type: string, index: number) => `${type}.38110001._${String(index).padStart(6, '0')}.pool.root.1`
  const inputs = Array.from({ length: size.inputs }, (_, n) => lfn('EVNT', n))
  return {
    cmdLine: `'/cvmfs/bin/Reco_tf.py' '--inputEVNTFile=${inputs.join(',')}' '--outputHITSFile=HITS.pool.root'`,
    created: '2026-03-01T10:00:00',
    executor: new Series(size.steps, (step) => executorEntry(size, step)),
    exitAcronym: 'OK',
    exitCode: 0,
    exitMsg: 'OK',
    exitMsgExtra: '',
    files: {
      input: new Series(1, () => ({
        dataset: 'mc23.38110001.EVNT',
        name: 'inputEVNTFile',
        nentries: size.inputs * 100,
        subFiles: new Series(size.inputs, (n) => ({ file_guid: uuid(), name: lfn('EVNT', n) })),
        type: 'EVNT',
      })),
      output: new Series(1, () => ({
        argName: 'outputHITSFile',
        dataset: null,
        subFiles: new Series(size.outputs, (n) => outputFile(lfn('HITS', n), uuid())),
        type: 'HITS',
      })),
    },
    name: 'Reco_tf',
    reportVersion: '2.1.1',
    resource: {
      dbDataTotal: 4096,
      dbTimeTotal: 12.5,
      executor: Object.fromEntries(Array.from({ length: size.steps }, (_, n) => [stepName(size, n), resourceOf(n)])),
      machine: { model_name: 'AMD EPYC', node: 'node1.example.org', platform: 'Linux-5.14.0-x86_64-glibc2.34' },
      transform: { cpuTimeTotal: size.steps * 481, processedEvents: 2000, wallTime: 5000 },
    },
  }
}

/** Split jobs number their steps. */
function stepName({ steps }: ReportSize, step: number): string {
  return steps > 8 ? `RAWtoALL_executorStep${step}` : `Step${step}toALL`
}

function executorEntry(size: ReportSize, step: number): object {
  const last = step === size.steps - 1
  const warnings = size.warnings + (step === 0 ? size.firstWarnings : 0)
  const fatals = last ? { FATAL: new Series(size.fatals, fatalEntry) } : {}
  return {
    asetup: null,
    errMsg: '',
    exeConfig: { inputs: ['EVNT'], outputs: ['HITS'], script: 'runwrapper.Step.sh', substep: 'e2s' },
    logfileReport: {
      countSummary: { CATASTROPHE: 0, ERROR: 0, FATAL: last ? size.fatals : 0, INFO: 20_000, WARNING: warnings },
      details: { ...fatals, WARNING: new Series(warnings, warningEntry) },
    },
    metaData: step === 0 ? { eventLoop: new Series(size.eventLoop, eventLoopRecord) } : {},
    name: stepName(size, step),
    rc: 0,
    statusOK: true,
    validation: true,
  }
}

function warningEntry(index: number): object {
  const message = `ToolSvc.CaloCellTool   WARNING cell "${index}" of C:\\map at η=1.7 was masked; its energy is not used`
  return { count: 1 + (index % 7), firstLine: 100 + index, message }
}

function fatalEntry(index: number): object {
  const line = (n: number) =>
    `#${n}  0x00007f${index.toString(16).padStart(8, '0')} in Algorithm::execute(EventContext const&) at a.cxx`
  const lines = (length: number) => Array.from({ length }, (_, n) => line(n))
  const abnormal = lines(10).flatMap((text, n) => [
    [`firstLine${n}`, index + n],
    [`message${n}`, text],
  ])
  return {
    count: 1,
    firstLine: index,
    message: lines(40).join('\n'),
    moreDetails: {
      abnormalLines: Object.fromEntries(abnormal),
      lastNormalLine: { firstLine: index, message: line(0) },
    },
  }
}

function eventLoopRecord(index: number): object {
  return { event: index, run: 410_000, seconds: (index % 977) / 100 }
}

function outputFile(name: string, guid: string): object {
  return {
    AODFixVersion: '',
    beam_energy: [6_800_000],
    beam_type: ['collisions'],
    conditions_tag: 'OFLCOND-MC23-SDR-RUN3-01',
    file_guid: guid,
    file_size: 1_234_567_890,
    geometry: 'ATLAS-R3S-2021-03-00-00',
    integrity: true,
    lumi_block: [1, 2, 3],
    name,
    nentries: 2000,
    run_number: [410_000],
  }
}

function resourceOf(step: number): object {
  const keys = ['nprocs', 'nthreads', 'pss', 'rchar', 'read_bytes', 'rss', 'rx_bytes', 'stime', 'swap', 'utime', 'vmem']
  const of = (factor: number) => Object.fromEntries(keys.map((key, n) => [key, factor * (n + 1) * (step + 1)]))
  return {
    cpuTime: 480,
    dbData: 1024,
    dbTime: 0.25,
    memory: { Avg: of(1000), Max: of(3000) },
    memoryAnalysis: {},
    mpworkers: 8,
    nevents: 2000,
    postExe: { cpuTime: 1, wallTime: 2 },
    preExe: { cpuTime: 0, wallTime: 1 },
    total: { cpuTime: 481, wallTime: 500 },
    wallTime: 490,
  }
}

/** GUIDs of a seeded generator (xorshift). */
function uuids(seed: number): () => string {
  let state = seed >>> 0 || 1
  const word = () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0).toString(16).padStart(8, '0').toUpperCase()
  }
  return () => {
    const [a, b, c, d] = [word(), word(), word(), word()]
    return `${a}-${b.slice(0, 4)}-${b.slice(4)}-${c.slice(0, 4)}-${c.slice(4)}${d}`
  }
}
