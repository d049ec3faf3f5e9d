import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Ground, openGround, prepareRun } from '../../../bench/whole-pilot/ground.ts'
import { livePilot } from '../../../bench/whole-pilot/life.ts'
import { findPythonPilot, pythonPilot } from '../../../bench/whole-pilot/python-pilot.ts'

/** Holds a stand-in for the Python pilot, which ends at once when it is not alone in its namespace. */
const checkout = join(import.meta.dirname, 'checkout')
const found = await findPythonPilot(checkout)
const launcher = pythonPilot(checkout)

let ground: Ground
beforeAll(async () => {
  ground = await openGround()
})
afterAll(() => ground[Symbol.asyncDispose]())

/** Processes that were started with a path of this bench. */
function leftOvers(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'latin1')
      } catch {
        return ''
      }
    })
    .filter((command) => command.includes(ground.directory))
}

describe.skipIf('why' in found)('a Python pilot in a PID namespace of its own', () => {
  test('works off a job, and every time of it is known', async () => {
    const { started, arrivals, jobs, exited, cpuSeconds, peakMB } = await livePilot(ground, launcher, {
      jobs: 1,
      untilExit: true,
    })
    const [job] = jobs
    const times = [started, job?.handedOut, job?.payloadStart, job?.payloadEnd, job?.finalUpdate, exited]
    expect(times).toEqual(times.toSorted((a, b) => Number(a) - Number(b)))
    expect(arrivals.map(({ state }) => state)).toEqual([undefined, 'starting', undefined, 'running', 'finished'])
    expect(cpuSeconds).toBeGreaterThan(0)
    expect(peakMB).toBeGreaterThan(0)
    expect(leftOvers()).toEqual([])
  })

  test('is named with the version its checkout tells', () => {
    expect(found).toMatchObject({
      versions: { 'Python pilot': 'stand-in', python3: expect.stringMatching(/^Python 3/) },
    })
  })

  test('is ended with all below it when its last job is reported', async () => {
    const { jobs, exited } = await livePilot(ground, launcher, { jobs: 2, untilExit: false })
    expect(jobs).toHaveLength(2)
    expect(exited).toBeUndefined()
    expect(leftOvers()).toEqual([])
  })
})

test('outside a namespace the first process refuses to start it', async () => {
  await using run = await prepareRun(ground, 0)
  const { argv, environment } = launcher.commandLine(run, 1)
  const [shell = '', ...line] = argv.slice(argv.indexOf('bash'))
  const { status, stderr } = spawnSync(shell, line, { cwd: run.launch, env: environment, encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 99, stderr: '' })
})

describe('a Python pilot that cannot run is named with the reason', () => {
  test('nobody named a checkout', async () => {
    expect(await findPythonPilot('')).toEqual({
      peer: 'Python pilot',
      why: 'PILOT3_DIR names no checkout of it',
    })
  })

  test('the checkout holds no pilot', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'no-pilot-'))
    try {
      expect(await findPythonPilot(empty)).toEqual({ peer: 'Python pilot', why: `there is no pilot.py in ${empty}` })
    } finally {
      await rm(empty, { recursive: true })
    }
  })
})
