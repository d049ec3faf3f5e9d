import { execFile } from 'node:child_process'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { writeTree } from '../../scripts/bundle/tree.ts'
import type { Bench, BenchOptions, Comparison, Contestant, Figures, Goal } from '../bench.ts'
import { against, atMost, compare, ours } from '../compare.ts'
import { versionOf } from '../machine.ts'
import { generateReport, longLog, medium, type ReportSize, small } from './generate.ts'

const loader = 'python3 json.load'
/** Those with which bin/pilot starts a pilot. */
const flags = ['--v8-pool-size=1', '--max-semi-space-size=1']
const units = { time: 's', RSS: 'MB', delay: 'ms' }

interface Question {
  readonly what: string
  readonly size: ReportSize
  /** Most, as a ratio to the Python peer; undefined where none was promised. */
  readonly time: number
  readonly memory?: number
}

const questions: readonly Question[] = [
  { what: '1 MB', size: small, time: 1.3 },
  { what: '50 MB, a long log', size: longLog(50), time: 1 / 5, memory: 1 / 2 },
  { what: '50 MB, 20 000 outputs and 2000 steps', size: medium, time: 1 / 5, memory: 1 / 2 },
  { what: '505 MB, a long log', size: longLog(505), time: 1 / 10, memory: 1 / 15 },
]

/** From the call to the answer; each run in a process of its own, its start not in the time but all of it in the memory. */
export const jobReport: Bench = {
  question: 'what do the wanted fields of a job report cost, and what does the main thread notice?',
  async run(options) {
    const python3 = await versionOf('python3', '--version')
    const directory = await mkdtemp(join(tmpdir(), 'bench-job-report-'))
    try {
      await writeTree(join(directory, 'pilot'), join(import.meta.dirname, 'read-once.ts'))
      const reader = join(directory, 'pilot/read-once.js')
      const comparisons: Comparison[] = []
      const goals: Goal[] = []
      for (const question of questions) {
        const file = join(directory, 'jobReport.json')
        options.say(`${question.what}: the report is written`)
        generateReport(file, question.size)
        const megabytes = ((await stat(file)).size / 1e6).toFixed(1)
        const comparison = await measure(
          `${question.what} (${megabytes} MB)`,
          { file, reader },
          python3 !== undefined,
          options,
        )
        comparisons.push(comparison)
        goals.push(...goalsOf(question, comparison))
      }
      return {
        comparisons,
        goals,
        missing: python3 === undefined ? [{ peer: loader, why: 'no python3' }] : [],
        versions: python3 === undefined ? {} : { python3 },
        remarks: [
          'Time: from call to answer, in the page cache; the start of the process is not in it. RSS: the peak of the whole process, with Node and Piscina. The pilot is bundled, as bin/pilot starts it.',
          'Ours reads in a worker of the real pool and makes the reduced report too; peers only extract the fields.',
          'The warm worker has read the same report before; the cold one starts its thread and its code for it.',
        ],
      }
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  },
}

function measure(
  what: string,
  { file, reader }: { readonly file: string; readonly reader: string },
  python: boolean,
  options: BenchOptions,
): Promise<Comparison> {
  const script = (name: string) => join(import.meta.dirname, name)
  const peers: readonly Contestant[] = [
    contestant('panda-pilot, warm worker', process.execPath, ...flags, reader, file, 'warm'),
    contestant('panda-pilot, cold worker', process.execPath, ...flags, reader, file),
    contestant('JSON.parse', process.execPath, script('parse-once.ts'), file),
    ...(python ? [contestant(loader, 'python3', script('../peers/job_report.py'), file)] : []),
  ]
  return compare(what, units, peers, options)
}

/** Runs a command that prints its figures, in SI units, as JSON. */
function contestant(name: string, command: string, ...argv: readonly string[]): Contestant {
  return {
    name,
    async run(): Promise<Figures> {
      const { stdout } = await promisify(execFile)(command, argv)
      const { seconds, bytes, milliseconds }: Record<string, number> = JSON.parse(stdout)
      return {
        ...(seconds === undefined ? {} : { time: seconds }),
        ...(bytes === undefined ? {} : { RSS: bytes / 1e6 }),
        ...(milliseconds === undefined ? {} : { delay: milliseconds }),
      }
    },
  }
}

function goalsOf({ what, time, memory }: Question, comparison: Comparison): readonly Goal[] {
  const [ofTime, ofMemory] = [against(comparison, loader, 'time'), against(comparison, loader, 'RSS')]
  return [
    ...(ofTime === undefined ? [] : [atMost(`${what}: time to that of ${loader}`, ofTime, time)]),
    ...(ofMemory === undefined || memory === undefined
      ? []
      : [atMost(`${what}: RSS to that of ${loader}`, ofMemory, memory)]),
    atMost(`${what}: delay of the main thread, ms`, ours(comparison, 'delay'), 5),
  ]
}
