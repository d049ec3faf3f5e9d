// node reopen-once.ts DIR FRESH: opens the PilotDB that a pilot left in DIR, up to the histories of its jobs, and makes a new
// one in FRESH; prints the ms of both.

import { openDatabase } from '../../src/database/pilot-database.ts'
import type { PilotDatabase } from '../../src/database/port.ts'

const [left = '', fresh = ''] = process.argv.slice(2)

async function opened(directory: string): Promise<readonly [PilotDatabase, number]> {
  const start = performance.now()
  const outcome = await openDatabase(directory)
  if (outcome.kind === 'refused') throw new Error(outcome.text)
  for (const job of outcome.database.jobs()) outcome.database.history(job)
  return [outcome.database, performance.now() - start]
}

const [old, reopen] = await opened(left)
const [empty, made] = await opened(fresh)
process.stdout.write(JSON.stringify({ reopen, new: made }))
await Promise.all([old.close(), empty.close()])
