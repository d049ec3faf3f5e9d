// npm run faults:server [-- --json] [--only TEXT]: the real pilot process against a server that is reached through a
// chaos proxy. stdout is the result, stderr the progress; exit 1 when anything is not as it must be.

import { parseArgs } from 'node:util'
import { framings } from './answer.ts'
import { makeCertificates } from './certificates.ts'
import { type CutRow, clientCalls, cutEverywhere } from './cuts.ts'
import { whyNoNames } from './names.ts'
import { dialects, planAll } from './plan.ts'
import { type Report, report, textOf } from './report.ts'
import { type Row, run } from './run.ts'

/** Pilots side by side: most of a run is waiting. */
const pilots = 6

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, only: { type: 'string', default: '' } },
})

function say(text: string): void {
  process.stderr.write(`${text}\n`)
}

async function cutAll(): Promise<CutRow[]> {
  const rows: CutRow[] = []
  for (const call of clientCalls) {
    for (const dialect of dialects) {
      for (const framing of framings) rows.push(await cutEverywhere(call, dialect, framing))
    }
    say(`answers to ${call} cut at every byte`)
  }
  return rows
}

async function runAll(): Promise<Report> {
  const why = whyNoNames()
  const all = planAll().filter(({ fault, call, dialect }) => `${fault.name}, ${call}, ${dialect}`.includes(values.only))
  const planned = all.filter(({ fault }) => why === undefined || fault.name !== 'DNS gone')
  const skipped = why === undefined ? [] : [`DNS gone: ${why}`]
  skipped.push('the clock of the pilot itself: only a time library between it and the kernel could turn it')
  const cuts = values.only === '' ? await cutAll() : []
  const certificates = await makeCertificates()
  const rows: Row[] = []
  const left = [...planned]
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const row = await run(next, certificates)
      rows.push(row)
      const where = `${row.fault} at ${row.call} (${row.dialect}, ${row.struck} of ${row.times})`
      if (row.wrong.length > 0) say(`WRONG ${where}: ${row.wrong.join('; ')}`)
      else if (rows.length % 20 === 0) say(`${rows.length} of ${planned.length} runs`)
    }
  }
  await Promise.all(Array.from({ length: pilots }, work))
  return report(rows, cuts, skipped)
}

const result = await runAll()
process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : textOf(result))
process.exitCode = result.ok ? 0 : 1
