// The pilot as src/main.ts starts it, with its real adapters, that kills itself at a chosen effect boundary. bin/pilot
// starts it in place of src/main.ts.
//   KILL_NOTES   directory of what is written down for the harness
//   KILL_POINTS  JSON list, one entry for each process of this pilot: the boundary at which it dies, or null
//   KILL_COUNT   set: every boundary is written down

import { parseOptions, refusedExitCode } from '../../src/cli/options.ts'
import { runPilot } from '../../src/cli/run-pilot.ts'
import { withBoundaries } from './boundaries.ts'
import { killNotes } from './kill-notes.ts'

const startedAt = Date.now()
const notes = killNotes(process.env.KILL_NOTES ?? '')
const points: (string | null)[] = JSON.parse(process.env.KILL_POINTS ?? '[]')
const point = points[notes.processes().length] ?? null
notes.noteProcess({ pid: process.pid, startedAt })

/** A boundary that is reached several times is `name`, `name #2`, … */
const times = new Map<string, number>()

function reach(name: string): void {
  const time = (times.get(name) ?? 0) + 1
  times.set(name, time)
  const boundary = time === 1 ? name : `${name} #${time}`
  if (process.env.KILL_COUNT !== undefined) notes.noteBoundary(boundary)
  if (boundary !== point) return
  notes.noteKill({ boundary, at: Date.now() })
  process.kill(process.pid, 'SIGKILL')
}

const parsed = parseOptions(process.argv.slice(2), process.env)
if (parsed.kind === 'run') {
  process.exit(
    await runPilot(parsed, (ports) =>
      withBoundaries(ports, reach, (job, { kind }) => notes.noteRecorded(`${job} ${kind}`)),
    ),
  )
}
process.stderr.write('text' in parsed ? `${parsed.text}\n` : 'the kill harness only runs pilots\n')
process.exit(refusedExitCode)
