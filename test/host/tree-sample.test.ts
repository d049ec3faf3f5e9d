import { expect, test } from 'vitest'
import { createProcesses } from '../../src/host/processes.ts'
import { gate, lines, openGate, payload, start, temporaryDirectory } from './job-directory.ts'

const processes = createProcesses()

async function running(commandLine: string) {
  return start(processes, payload(await temporaryDirectory(), commandLine))
}

const burn = 'burn() { for ((i = 0; i < 200000; i++)); do :; done; }'

/** User and system time of bash and of the children it waited for, as its `times` prints them. */
function secondsOf(times: readonly string[]): number {
  return times
    .flatMap((line) => line.split(' '))
    .map((text) => Number(/m([\d.]+)s/.exec(text)?.[1]))
    .reduce((sum, seconds) => sum + seconds, 0)
}

test('CPU time is counted once, of those that live and of those that were waited for', async () => {
  const started = await running(`${burn}; burn; (burn); (burn; exit 0) & wait; times; ${gate}`)
  const own = secondsOf(await lines(started, 2))
  const sample = await processes.sample(started.identity)
  expect(own).toBeGreaterThan(0.1)
  expect(sample?.cpuSeconds).toBeGreaterThan(own - 0.1)
  expect(sample?.cpuSeconds).toBeLessThan(own * 1.25 + 0.1)
  await openGate(started.command.directory)
  const end = await started.ended()
  expect(end.kind === 'exited' && end.cpuSeconds).toBeGreaterThan(own - 0.1)
})

test('a process with user time only is counted: zero system time is no reason to leave it out', async () => {
  const started = await running(`${burn}; burn; burn; echo ready; ${gate}`)
  await lines(started, 1)
  expect((await processes.sample(started.identity))?.cpuSeconds).toBeGreaterThan(0.05)
})

test('memory is that of the whole tree in kB; shared pages count once in pss', async () => {
  // They wait without forking: a child that comes and goes between two readings would take its share of pss along.
  const started = await running(
    "mkfifo hold; text=$(head -c 40000000 /dev/zero | tr '\\0' x); (echo; read < hold) & (echo; read < hold) & wait",
  )
  await lines(started, 2)
  const sample = await processes.sample(started.identity)
  expect(sample?.processes).toBeGreaterThanOrEqual(4)
  expect(sample?.rss).toBeGreaterThan(3 * 39_000)
  expect(sample?.pss).toBeGreaterThan(39_000)
  expect(sample?.pss).toBeLessThan(sample?.rss ?? 0)
  expect(sample?.vmem).toBeGreaterThan(sample?.rss ?? 0)
  expect(sample?.swap).toBeGreaterThanOrEqual(0)
})

test('of a payload that is gone there is no sample', async () => {
  const started = await running('exit 0')
  await started.ended()
  expect(await processes.sample(started.identity)).toBeUndefined()
})
