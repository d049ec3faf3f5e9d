// npm run bench -- NAME [--json]: one question answered by measuring, peers beside us in the same run.

import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Command, InvalidArgumentError } from 'commander'
import { benches } from './list.ts'
import { describeMachine, ownVersions } from './machine.ts'
import { printed, type Report } from './print.ts'

const command = new Command('bench')
  .argument('<name>', `${Object.keys(benches).join(', ')}, or all: every one, kept in bench/results/`)
  .option('--json', 'print one JSON document')
  .option('--rounds <number>', 'how often every contestant runs', count, 5)
  .parse()
const { json = false, rounds } = command.opts<{ json?: boolean; rounds: number }>()
const [name = ''] = command.args

function count(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('a whole number from 1 is wanted.')
  return number
}

/** On a terminal what goes on replaces what went on. */
function say(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
}

async function measure(bench: string): Promise<Report> {
  const load = benches[bench]
  if (load === undefined) return command.error(`bench: there is no bench ${bench}: ${Object.keys(benches).join(', ')}`)
  const { question, run } = await load()
  const machine = describeMachine()
  const measured = await run({ rounds, say })
  say('')
  return {
    bench,
    question,
    at: new Date().toISOString(),
    machine,
    ...measured,
    versions: { ...ownVersions(), ...measured.versions },
  }
}

/** Each in a process of its own: memory and warm code of one are not the next one's. One that fails does not cost the rest. */
async function measureAll(): Promise<void> {
  const reports: Report[] = []
  for (const bench of Object.keys(benches)) {
    say(bench)
    const argv = [import.meta.filename, bench, '--json', '--rounds', String(rounds)]
    const done = await promisify(execFile)(process.execPath, argv, { maxBuffer: 1 << 26 }).catch(
      (cause: Error) => cause,
    )
    if (done instanceof Error) {
      process.stderr.write(`bench: ${bench} could not measure: ${done.message}\n`)
      process.exitCode = 1
      continue
    }
    const report: Report = JSON.parse(done.stdout)
    reports.push(report)
    if (!json) process.stdout.write(`${printed(report)}\n`)
  }
  const directory = join(import.meta.dirname, 'results')
  const { name: machine } = describeMachine()
  const file = join(directory, `${new Date().toISOString().slice(0, 10)}-${machine}.json`)
  await mkdir(directory, { recursive: true })
  await writeFile(file, `${JSON.stringify(reports, undefined, 1)}\n`)
  process.stdout.write(json ? `${JSON.stringify(reports)}\n` : `kept in ${file}\n`)
}

if (name === 'all') await measureAll()
else {
  const report = await measure(name)
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : printed(report))
}
