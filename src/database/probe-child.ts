// The program of a child process that reads a database file which may be damaged: what ends it by a signal inside LMDB
// does not end the pilot. Arguments: the directory; `records` for a line per record before the verdict.
import type { JobKey } from '../job/ids.ts'
import { openLmdbToRead } from './lmdb-files.ts'
import type { Verdict } from './probe.ts'
import { recordBytes, recordLine } from './record-bytes.ts'
import { walk } from './walk.ts'

const [directory = '', wanted] = process.argv.slice(2)
const walked = walk(openLmdbToRead(directory))
if (wanted === 'records') {
  for (const record of walked.records) process.stdout.write(recordLine(recordBytes(record)))
}
const last = new Map<JobKey, number>()
for (const { job, seq } of walked.records) last.set(job, Math.max(seq, last.get(job) ?? 0))
const verdict: Verdict = { form: walked.form, last: [...last], missing: walked.missing }
process.stdout.write(`${JSON.stringify(verdict)}\n`)
