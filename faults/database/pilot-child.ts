// A pilot as far as its database goes, as a process of its own. Arguments: directory; `write` COUNT BYTES, `read` or
// `hold`. Says on stdout, a line each and at once: open, refused TEXT, warn TEXT, ack SEQ, failed TEXT, found JSON, closed.
import { writeSync } from 'node:fs'
import { openDatabase } from '../../src/database/pilot-database.ts'
import type { JobKey } from '../../src/job/ids.ts'
import { causeOf, job } from './records.ts'

const [directory = '', mode = '', count = '0', bytes = '0'] = process.argv.slice(2)
const say = (text: string) => writeSync(1, `${text.replaceAll('\n', ' ')}\n`)

const opened = await openDatabase(directory, { warn: (text) => say(`warn ${text}`) })
if (opened.kind === 'refused') {
  say(`refused ${opened.text}`)
  process.exit(3)
}
const { database } = opened
say('open')
switch (mode) {
  case 'write': {
    for (let index = 0; index < Number(count); index += 1) {
      const seq = (database.history(job as JobKey).at(-1)?.seq ?? 0) + 1
      const record = { kind: 'phase', phase: 'payload', cause: causeOf(seq, Number(bytes)) } as const
      const written = await database.write(job as JobKey, record, index % 2 === 0 ? 'flushed' : 'soon')
      say(written.kind === 'written' ? `ack ${written.seq}` : `failed ${written.text}`)
    }
    break
  }
  case 'read': {
    const found = database.history(job as JobKey).map(({ seq, record }) => ({
      seq,
      genuine: record.kind === 'phase' && record.cause.startsWith(causeOf(seq, 0)),
    }))
    say(`found ${JSON.stringify(found)}`)
    break
  }
  case 'hold':
    await new Promise(() => setInterval(() => undefined, 60_000))
}
await database.close()
say('closed')
process.exit(0)
