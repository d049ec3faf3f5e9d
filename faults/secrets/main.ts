// npm run faults:secrets: secrets planted wherever a pilot and its payload can meet one; none may be found in anything
// that leaves the pilot or stays of it. stdout is the summary, stderr the talk.

import { parseArgs } from 'node:util'
import { limits } from './encodings.ts'
import { summarise } from './summary.ts'

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } })
const summary = await summarise()
for (const text of summary.missed) process.stderr.write(`not as planned: ${text}\n`)
if (values.json) process.stdout.write(`${JSON.stringify(summary)}\n`)
else {
  const { planted, spellings, artefacts, found, ok } = summary
  process.stdout.write(
    `planted    ${planted}\nspellings  ${spellings}\nartefacts  ${artefacts}\nfound      ${found.length}\n`,
  )
  for (const { secret, spelling, artefact } of found) process.stdout.write(`  ${secret} (${spelling}) in ${artefact}\n`)
  process.stdout.write(`ok         ${ok}\nnot looked for, known limits: ${limits.join(', ')}\n`)
}
process.exitCode = summary.ok ? 0 : 1
