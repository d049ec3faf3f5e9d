import { expect, test } from 'vitest'
import { pilotActor } from '../../src/actors/pilot.ts'
import type { Happening } from '../../src/simulation/happening.ts'
import { runHistory } from '../../src/simulation/history.ts'
import { drawScenario } from '../../src/simulation/nemesis.ts'
import { profileNames, type Scenario } from '../../src/simulation/scenario.ts'
import { goodJob, onePilot, smallScenario } from './parts.ts'

async function seen(scenario: Scenario): Promise<readonly Happening[]> {
  const happenings: Happening[] = []
  const { breaches } = await runHistory(scenario, { onHappening: (happening) => happenings.push(happening) })
  expect(breaches).toEqual([])
  return happenings
}

const settled = (happenings: readonly Happening[]) =>
  happenings.flatMap((happening) => (happening.type === 'job.settled' ? [happening.outcome] : []))

test.each(profileNames)('two runs of one seed under "%s" are one history', async (profile) => {
  const scenario = drawScenario(3, profile, { pilots: 2, jobs: 3 })
  const [first, second] = [await runHistory(scenario), await runHistory(scenario)]
  expect(second).toEqual(first)
})

test.each(profileNames)(
  'a pilot that serves one process after another under "%s" is as good as a new one',
  async (profile) => {
    const scenario = drawScenario(4, profile, { pilots: 2, jobs: 3 })
    expect(await runHistory(scenario)).toEqual(await runHistory(scenario, { makePilot: pilotActor }))
  },
)

test('another seed, or one fault more, is another history', async () => {
  const { hash } = await runHistory(smallScenario())
  expect((await runHistory(smallScenario({ seed: 2 }))).hash).not.toBe(hash)
  const faults = [{ kind: 'pause', pilot: 0, at: 1000, for: 5000 }] as const
  expect((await runHistory(smallScenario({ faults }))).hash).not.toBe(hash)
})

test('a job that nothing is done to is finished', async () => {
  expect(settled(await seen(smallScenario()))).toEqual(['finished'])
})

test('a payload lives on when its pilot is killed, and the next process takes it back', async () => {
  const death = { kind: 'death', pilot: 0, of: 'process', nth: 1, when: 'after', how: 'killed', tail: 0 } as const
  const happenings = await seen(smallScenario({ faults: [{ ...death, restart: true }] }))
  expect(happenings.filter(({ type }) => type === 'pilot.born')).toHaveLength(2)
  expect(happenings.filter(({ type }) => type === 'payload.launched')).toHaveLength(1)
  expect(settled(happenings)).toEqual(['finished'])
})

test('a pilot that died and is not started again leaves its job to the lease', async () => {
  const death = { kind: 'death', pilot: 0, of: 'process', nth: 1, when: 'after', how: 'killed', tail: 0 } as const
  const happenings = await seen(smallScenario({ faults: [{ ...death, restart: false }] }))
  expect(happenings).toContainEqual({ type: 'job.settled', key: '6001.1', outcome: 'failed', by: 'watcher' })
})

test('a power cut takes the payload with it, and that is told', async () => {
  const death = { kind: 'death', pilot: 0, of: 'process', nth: 1, when: 'after', how: 'power cut', tail: 5 } as const
  const happenings = await seen(smallScenario({ faults: [{ ...death, restart: true }] }))
  expect(settled(happenings)).toEqual(['failed'])
})

test('a server that is away for hours only delays what it is told', async () => {
  const faults = [{ kind: 'outage', from: 60_000, until: 50 * 60_000 }] as const
  expect(settled(await seen(smallScenario({ faults })))).toEqual(['finished'])
})

test('several pilots share the jobs of one server, each job goes to one of them', async () => {
  const pilots = [onePilot, { ...onePilot, startsAt: 1000 }, { ...onePilot, copytool: 'mv' as const }]
  const happenings = await seen(smallScenario({ pilots, jobs: [goodJob, goodJob, goodJob] }))
  const takers = happenings.flatMap((happening) => (happening.type === 'job.handedOver' ? [happening.pilot] : []))
  expect(takers.toSorted()).toEqual([0, 1, 2])
  expect(settled(happenings)).toEqual(['finished', 'finished', 'finished'])
})

test('a kill order ends the job that it is for', async () => {
  const job = { ...goodJob, payload: { ...goodJob.payload, duration: 2 * 3_600_000 } }
  const faults = [{ kind: 'order', job: 0, at: 60_000, order: 'kill' }] as const
  expect(settled(await seen(smallScenario({ jobs: [job], faults })))).toEqual(['cancelled'])
})
