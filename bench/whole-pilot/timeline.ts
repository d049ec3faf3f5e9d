// npm run bench:timeline -- [legacy|v1] [JOBS]: one run of bin/pilot, every step with its time: where does the delay go?
import { openGround } from './ground.ts'
import { type Life, livePilot } from './life.ts'
import { ourPilot } from './our-pilot.ts'

const [, , dialect = 'legacy', jobs = '1'] = process.argv
if ((dialect !== 'legacy' && dialect !== 'v1') || !(Number(jobs) >= 1)) {
  process.stderr.write('bench:timeline: give legacy or v1, and how many jobs\n')
  process.exit(2)
}

await using ground = await openGround()
process.stdout.write(
  timeline(await livePilot(ground, ourPilot(dialect), { jobs: Number(jobs), untilExit: jobs === '1' })),
)

function timeline({ started, arrivals, jobs, exited, cpuSeconds, peakMB }: Life): string {
  const steps = [
    { at: started, what: 'start' },
    ...arrivals.map(({ at, path, pandaId, state }) => ({ at, what: [path, pandaId, state].filter(Boolean).join(' ') })),
    ...jobs.map(({ payloadStart, pandaId }) => ({ at: payloadStart, what: `payload of ${pandaId} starts` })),
    ...jobs.map(({ payloadEnd, pandaId }) => ({ at: payloadEnd, what: `payload of ${pandaId} ends` })),
    ...(exited === undefined ? [] : [{ at: exited, what: 'exit' }]),
  ].toSorted((a, b) => a.at - b.at)
  const lines = steps.map(({ at, what }, index) => {
    const since = at - (steps[index - 1]?.at ?? at)
    return `${(at - started).toFixed(0).padStart(7)} ms ${`+${since.toFixed(0)}`.padStart(7)}  ${what}\n`
  })
  return `${lines.join('')}own CPU ${cpuSeconds.toFixed(2)} s, peak RSS ${peakMB.toFixed(0)} MB\n`
}
