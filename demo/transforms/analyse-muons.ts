// The demo's transform, one file because a pilot downloads one file: reads tables of muon pairs, selects pairs of
// opposite charge, and writes the spectrum of their invariant mass, a text plot of it and a job report.
//
//   analyse-muons --inputMUONSFile a,b --outputHISTFile name --outputTXTFile name
//
// Exit codes are those of ATLAS transforms: 0, or 65 when the work itself failed; jobReport.json says why.

import { randomUUID } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { parseArgs } from 'node:util'

interface Table {
  readonly name: string
  readonly rows: number
  readonly muons: readonly [Muon, Muon]
}

interface Muon {
  readonly pt: Float32Array
  readonly eta: Float32Array
  readonly phi: Float32Array
  readonly charge: Int8Array
}

/** Something the user can understand and repair; everything else is a bug and shows its stack. */
class Refusal extends Error {}

const executionFailed = 65
const muonMass = 0.1056584

/** Bins of equal width in ln m, GeV. */
const axis = { lowest: 0.5, highest: 200, bins: 2400 }
const binWidth = Math.log(axis.highest / axis.lowest) / axis.bins

/** Where each peak is looked for, and where the background beside it is measured. GeV. */
const peaks = [
  {
    name: 'φ',
    window: [0.98, 1.06],
    beside: [
      [0.88, 0.94],
      [1.1, 1.16],
    ],
  },
  {
    name: 'J/ψ',
    window: [2.9, 3.3],
    beside: [
      [2.6, 2.8],
      [3.36, 3.5],
    ],
  },
  {
    name: 'ψ(2S)',
    window: [3.58, 3.79],
    beside: [
      [3.36, 3.5],
      [3.9, 4.1],
    ],
  },
  {
    name: 'Υ',
    window: [9.2, 9.72],
    beside: [
      [8.4, 8.9],
      [10.9, 11.6],
    ],
  },
  {
    name: 'Z',
    window: [84, 98],
    beside: [
      [64, 72],
      [112, 125],
    ],
  },
] as const

function readTable(name: string): Table {
  const bytes = readFileSync(name)
  const line = bytes.subarray(0, Math.max(0, bytes.indexOf(0x0a)) + 1)
  const { format, rows } = headerOf(line.toString(), name)
  if (format !== 'muon-pairs-1') throw new Refusal(`${name} is no table of muon pairs but ${JSON.stringify(format)}`)
  const promised = line.length + rows * 26
  if (bytes.length !== promised) {
    const problem = bytes.length < promised ? 'truncated' : 'too long'
    throw new Refusal(`${name} is ${problem}: it has ${bytes.length} bytes, its header promises ${promised}`)
  }
  const data = bytes.buffer.slice(bytes.byteOffset + line.length, bytes.byteOffset + bytes.length)
  const column = (index: number) => new Float32Array(data, index * rows * 4, rows)
  const charge = (index: number) => new Int8Array(data, (24 + index) * rows, rows)
  const muon = (index: number): Muon => {
    const first = 3 * index
    return { pt: column(first), eta: column(first + 1), phi: column(first + 2), charge: charge(index) }
  }
  return { name, rows, muons: [muon(0), muon(1)] }
}

function headerOf(line: string, name: string): { format: unknown; rows: number } {
  try {
    const header = JSON.parse(line)
    return { format: header.format, rows: Number(header.rows) }
  } catch {
    throw new Refusal(`${name} does not begin with a header line: it is no table of muon pairs`)
  }
}

/** Adds the pairs of opposite charge to the histogram; tells how many there were. */
function fill(counts: Uint32Array, { rows, muons: [first, second] }: Table): number {
  let selected = 0
  for (let row = 0; row < rows; row++) {
    if (first.charge[row] === second.charge[row]) continue
    selected += 1
    const mass = invariantMass(first, second, row)
    const bin = Math.floor(Math.log(mass / axis.lowest) / binWidth)
    if (bin >= 0 && bin < axis.bins) counts[bin] = (counts[bin] ?? 0) + 1
  }
  return selected
}

/** m² = 2 m_µ² + 2 (E₁E₂ − p₁·p₂) */
function invariantMass(first: Muon, second: Muon, row: number): number {
  const pt1 = first.pt[row] ?? 0
  const pt2 = second.pt[row] ?? 0
  const z1 = Math.sinh(first.eta[row] ?? 0)
  const z2 = Math.sinh(second.eta[row] ?? 0)
  const own = muonMass * muonMass
  const energies = Math.sqrt((pt1 * pt1 * (1 + z1 * z1) + own) * (pt2 * pt2 * (1 + z2 * z2) + own))
  const angle = Math.cos((first.phi[row] ?? 0) - (second.phi[row] ?? 0)) + z1 * z2
  return Math.sqrt(Math.max(0, 2 * own + 2 * (energies - pt1 * pt2 * angle)))
}

interface Peak {
  readonly name: string
  /** Mean mass above the background, and its statistical error. GeV. */
  readonly mass: number
  readonly error: number
  readonly pairs: number
}

/** The peak above a background that is as dense (per bin of ln m) as beside it. */
function measure(counts: Uint32Array, { name, window, beside }: (typeof peaks)[number]): Peak {
  const background = beside.flatMap((range) => [...inside(counts, range)])
  const density = background.reduce((sum, [, count]) => sum + count, 0) / background.length
  let [pairs, sum, squares, all] = [0, 0, 0, 0]
  for (const [mass, count] of inside(counts, window)) {
    const above = count - density
    pairs += above
    sum += above * mass
    squares += above * mass * mass
    all += count
  }
  const mean = sum / pairs
  const spread = Math.sqrt(Math.max(0, squares / pairs - mean * mean))
  return { name, mass: mean, error: (spread * Math.sqrt(all)) / pairs, pairs: Math.round(pairs) }
}

/** Centre and content of the bins of a range. */
function* inside(counts: Uint32Array, [from, to]: readonly [number, number]): Generator<readonly [number, number]> {
  for (let bin = binOf(from); bin < binOf(to); bin++) {
    yield [axis.lowest * Math.exp((bin + 0.5) * binWidth), counts[bin] ?? 0]
  }
}

function binOf(mass: number): number {
  return Math.round(Math.log(mass / axis.lowest) / binWidth)
}

const plotSize = { columns: 75, rows: 12 }

/** Both axes are logarithmic; a column is drawn to an eighth of a line. */
function plot(counts: Uint32Array, found: readonly Peak[], title: string): string {
  const { columns, rows } = plotSize
  const perColumn = axis.bins / columns
  const contents = Array.from({ length: columns }, (_, column) =>
    counts.subarray(column * perColumn, (column + 1) * perColumn).reduce((sum, count) => sum + count, 0),
  )
  const bottom = Math.floor(Math.log10(Math.max(1, Math.min(...contents.filter((count) => count > 0)))))
  const top = Math.log10(Math.max(10, ...contents))
  const eighths = contents.map((count) => (8 * rows * (Math.log10(Math.max(1, count)) - bottom)) / (top - bottom))
  const columnOf = (mass: number) => Math.floor(binOf(mass) / perColumn)

  const lines = [title, '', ...peakNames(found, columnOf)]
  const decades = new Map<number, number>()
  for (let decade = bottom + 1; decade <= top; decade++) {
    decades.set(Math.ceil((rows * (decade - bottom)) / (top - bottom)), decade)
  }
  for (let row = rows; row > 0; row--) {
    const decade = decades.get(row)
    const tick = decade === undefined ? '│' : `10${superscript(decade)} ┤`
    lines.push(`${tick.padStart(margin)}${eighths.map((height) => block(height - 8 * (row - 1))).join('')}`.trimEnd())
  }
  const marks: string[] = Array(columns).fill('─')
  const numbers: string[] = Array(columns).fill(' ')
  for (const mass of [1, 2, 5, 10, 20, 50, 100]) {
    marks[columnOf(mass)] = '┬'
    write(numbers, columnOf(mass), String(mass))
  }
  return [
    ...lines,
    `└${marks.join('')}`.padStart(margin + columns),
    indented(numbers),
    'm(µµ) / GeV'.padStart(margin + columns),
    '',
  ].join('\n')
}

const margin = 8

/** Two lines of names: one that would touch its neighbour goes up. */
function peakNames(found: readonly Peak[], columnOf: (mass: number) => number): string[] {
  const upper: string[] = Array(plotSize.columns).fill(' ')
  const lower: string[] = Array(plotSize.columns).fill(' ')
  for (const { name, mass } of found) {
    const at = columnOf(mass) - ((name.length - 1) >> 1)
    const free = lower.slice(Math.max(0, at - 1), at + name.length + 1).every((letter) => letter === ' ')
    write(free ? lower : upper, at, name)
  }
  return [indented(upper), indented(lower)]
}

function indented(letters: readonly string[]): string {
  return `${' '.repeat(margin)}${letters.join('')}`.trimEnd()
}

function write(row: string[], at: number, text: string): void {
  for (const [index, letter] of [...text].entries()) row[at + index] = letter
}

function block(eighths: number): string {
  return ' ▁▂▃▄▅▆▇█'[Math.max(0, Math.min(8, Math.round(eighths)))] ?? ' '
}

function superscript(number: number): string {
  return [...String(number)].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('')
}

interface Output {
  readonly argument: string
  readonly type: string
  readonly name: string
  readonly entries: number
}

interface Report {
  readonly exitCode: number
  readonly message: string
  readonly inputs: readonly { readonly name: string; readonly rows: number | null }[]
  readonly outputs: readonly Output[]
  readonly events: number
}

/** jobReport.json in the shape of ATLAS transforms, keys sorted. */
function writeReport({ exitCode, message, inputs, outputs, events }: Report): void {
  const cpuTime = Math.ceil(process.cpuUsage().user / 1e6)
  const wallTime = Math.ceil(process.uptime())
  const succeeded = exitCode === 0
  const report = {
    cmdLine: ['analyse-muons', ...process.argv.slice(2)].map((word) => `'${word}'`).join(' '),
    created: new Date().toISOString().slice(0, 19),
    executor: [
      { errMsg: succeeded ? '' : message, name: 'analyse', rc: exitCode, statusOK: succeeded, validation: succeeded },
    ],
    exitAcronym: succeeded ? 'OK' : 'TRF_EXEC_FAIL',
    exitCode,
    exitMsg: message,
    exitMsgExtra: '',
    files: {
      input: inputs.map(({ name, rows }) => ({
        dataset: null,
        name: 'inputMUONSFile',
        nentries: rows,
        subFiles: [{ file_guid: null, name }],
        type: 'MUONS',
      })),
      output: outputs.map(({ argument, type, name, entries }) => ({
        argName: argument,
        dataset: null,
        subFiles: [{ file_guid: randomUUID().toUpperCase(), file_size: statSync(name).size, name, nentries: entries }],
        type,
      })),
    },
    name: 'analyse-muons',
    reportVersion: '2.1.0',
    resource: {
      executor: { analyse: { cpuTime, nevents: events, wallTime } },
      machine: { node: hostname(), platform: `${process.platform}-${process.arch}` },
      transform: { cpuTime, cpuTimeTotal: cpuTime, processedEvents: events, wallTime },
    },
  }
  writeFileSync('jobReport.json', `${JSON.stringify(report, null, 2)}\n`)
}

function analyse(inputs: readonly string[], histogram: string, textPlot: string): void {
  const tables = inputs.map(readTable)
  const counts = new Uint32Array(axis.bins)
  let selected = 0
  for (const table of tables) {
    const pairs = fill(counts, table)
    selected += pairs
    process.stdout.write(`${table.name}: ${table.rows} pairs read, ${pairs} of opposite charge\n`)
  }
  const found = peaks.map((peak) => measure(counts, peak)).filter(({ pairs, mass }) => pairs > 0 && mass > 0)
  for (const { name, mass, error, pairs } of found) {
    process.stdout.write(`${name.padEnd(6)} ${mass.toFixed(4)} ± ${error.toFixed(4)} GeV, ${pairs} pairs\n`)
  }
  const spectrum = { quantity: 'm(µµ)', unit: 'GeV', scale: 'log', ...axis, entries: selected, peaks: found }
  writeFileSync(histogram, `${JSON.stringify({ ...spectrum, counts: [...counts] })}\n`)
  const drawn = plot(counts, found, `${selected.toLocaleString('en')} pairs of opposite charge`)
  writeFileSync(textPlot, drawn)
  process.stdout.write(`\n${drawn}`)
  writeReport({
    exitCode: 0,
    message: 'OK',
    inputs: tables.map(({ name, rows }) => ({ name, rows })),
    outputs: [
      { argument: 'outputHISTFile', type: 'HIST', name: histogram, entries: selected },
      { argument: 'outputTXTFile', type: 'TXT', name: textPlot, entries: selected },
    ],
    events: tables.reduce((sum, { rows }) => sum + rows, 0),
  })
}

const required = { type: 'string', default: '' } as const
const { values } = parseArgs({
  options: { inputMUONSFile: required, outputHISTFile: required, outputTXTFile: required },
})
const inputs = values.inputMUONSFile.split(',').filter((name) => name !== '')
try {
  if (inputs.length === 0) throw new Refusal('no input: give --inputMUONSFile')
  analyse(inputs, values.outputHISTFile, values.outputTXTFile)
} catch (error) {
  if (!(error instanceof Refusal)) process.stderr.write(`${error instanceof Error ? error.stack : error}\n`)
  const message = error instanceof Error ? error.message : String(error)
  process.stderr.write(`analyse-muons: ERROR: ${message}\n`)
  writeReport({
    exitCode: executionFailed,
    message,
    inputs: inputs.map((name) => ({ name, rows: null })),
    outputs: [],
    events: 0,
  })
  process.exitCode = executionFailed
}
