import { beforeAll, describe, expect, it } from 'vitest'
import { updateOf } from '../../src/job/assignment.ts'
import { finalUpdate } from '../../src/job/conclusion.ts'
import { foldHistory } from '../../src/job/job-state.ts'
import type { ReporterMessage } from '../../src/machines/messages.ts'
import { closing } from '../model/examples.ts'
import type { Mishap } from '../server/job-server.contract.ts'
import { openReporterWorld, type ReporterLife, type ReporterWorld } from './reporter-world.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
/** The server refuses, or its database fails, for this long. */
const outage = 48 * hour
/** When the job ends. */
const end = 10 * minute

/** Half of the time the server says no, half of the time nobody knows what it did. */
const refusesUntil =
  (time: number) =>
  (at: number, nth: number): Mishap | undefined =>
    at >= time ? undefined : nth % 2 === 0 ? 'wrong role' : 'database failure'

function running({ assignment }: ReporterWorld): ReporterMessage {
  return { type: 'reporter.send', update: updateOf(assignment, 'running', undefined) }
}

function final({ assignment }: ReporterWorld): ReporterMessage {
  const conclusion = { assignment, findings: [], stored: [], payload: undefined, use: undefined }
  return { type: 'reporter.send', update: finalUpdate(conclusion, closing) }
}

const states = (updates: readonly { readonly state: string }[]): string[] => updates.map(({ state }) => state)

/** Heartbeats every half hour, as a job would send them that does not know that it is over. */
async function goOn(world: ReporterWorld, life: ReporterLife, until: number): Promise<void> {
  for (let time = world.clock.now; time < until && !life.isClosed(); time += 30 * minute) {
    await world.goTo(time)
    if (!life.isClosed()) life.send(running(world))
  }
  await world.goTo(until)
}

describe('a final update that the server refuses for two days', () => {
  describe('while its pilot lives on', () => {
    const world = openReporterWorld(refusesUntil(outage))
    const life = world.start()
    let heardBefore = -1
    beforeAll(async () => {
      life.send(running(world))
      await world.goTo(end)
      life.send(final(world))
      await goOn(world, life, outage - 1)
      heardBefore = world.server.updates.length
      await goOn(world, life, outage + 3 * hour)
    })
    const firstFinal = (): number => world.tries.findIndex(({ update }) => update.final !== undefined)

    it('is delivered afterwards, once, with nothing before or after it', () => {
      expect(heardBefore).toBe(0)
      expect(states(world.server.updates)).toEqual(['finished'])
      expect(life.told.map(({ type }) => type)).toEqual(['reporter.acknowledged', 'reporter.delivered'])
      expect(life.isClosed()).toBe(true)
      expect(foldHistory(world.database.history(world.assignment.key)).delivered).toBe(true)
      // It was heard within the longest pause.
      expect(world.tries.at(-1)?.at).toBeLessThanOrEqual(outage + hour)
    })

    it('is on disk before it is sent, and is recorded once', () => {
      expect(world.tries.slice(firstFinal()).every(({ onRecord }) => onRecord)).toBe(true)
      const kinds = world.database.written.map(({ record, durability }) => [record.kind, durability])
      expect(kinds.slice(-2)).toEqual([
        ['message', 'flushed'],
        ['acknowledged', 'soon'],
      ])
      expect(kinds.filter(([, durability]) => durability === 'flushed')).toHaveLength(1)
    })

    it('is tried as often as the back-off allows: soon at first, after ever longer pauses, then every quarter to whole hour', () => {
      const times = world.tries.slice(firstFinal()).map(({ at }) => at)
      const pauses = times.slice(1).map((at, n) => at - (times[n] ?? 0))
      expect(pauses[0]).toBeLessThanOrEqual(1000)
      expect(Math.min(...pauses)).toBeGreaterThanOrEqual(250)
      expect(Math.max(...pauses)).toBeLessThanOrEqual(hour)
      expect(Math.min(...pauses.slice(12))).toBeGreaterThanOrEqual(hour / 4)
      // Never much longer than it has been trying already.
      for (const [n, pause] of pauses.entries()) {
        expect(pause).toBeLessThanOrEqual(1000 + 4 * ((times[n] ?? 0) - (times[0] ?? 0)))
      }
      // 48 h in steps of a whole hour, and of a quarter with the quick ones at the beginning.
      expect(times.length).toBeGreaterThan((outage - end) / hour)
      expect(times.length).toBeLessThan((4 * (outage - end)) / hour + 14)
    })

    it('is never overtaken: after it was sent first, nothing else is sent', () => {
      const tried = states(world.tries.map(({ update }) => update))
      expect(new Set(tried.slice(0, firstFinal()))).toEqual(new Set(['starting']))
      expect(new Set(tried.slice(firstFinal()))).toEqual(new Set(['finished']))
    })
  })

  it.each([
    ['between two tries', 0],
    ['just before the server comes back', outage - end - 2],
  ])('survives the death of the pilot %s, and a second one', async (_, after) => {
    const world = openReporterWorld(refusesUntil(outage))
    const first = world.start()
    first.send(final(world))
    await world.goTo(end + after)
    first.end()
    const triesOfFirst = world.tries.length
    await world.goTo(end + after + 1)
    expect(world.tries).toHaveLength(triesOfFirst)

    const second = world.start()
    await world.goTo(world.clock.now)
    expect(world.tries.length).toBe(triesOfFirst + 1)
    second.end()
    const third = world.start()
    // A restarted job repeats its final to its reporter; that makes no second one.
    third.send(final(world))
    await goOn(world, third, outage + 3 * hour)
    expect(states(world.server.updates)).toEqual(['finished'])
    expect(third.told.map(({ type }) => type)).toEqual(['reporter.acknowledged', 'reporter.delivered'])
  })

  it('counts as delivered when the server answers that it has it already', async () => {
    const world = openReporterWorld(refusesUntil(outage - 2 * hour))
    const life = world.start()
    life.send(final(world))
    await world.goTo(outage - 2 * hour - 1)
    // The server performs the next one, and its answer is lost.
    world.server.next('answer lost')
    await world.goTo(outage)
    expect(states(world.server.updates)).toEqual(['finished', 'finished'])
    expect(life.told).toContainEqual(
      expect.objectContaining({ type: 'reporter.acknowledged', commands: [{ name: 'alreadydone' }] }),
    )
    expect(life.isClosed()).toBe(true)
    expect([...world.server.jobs.values()].map(({ status }) => status)).toEqual(['holding'])
  })

  it('waits no longer than the server has been silent, though many heartbeats failed before it', async () => {
    const silence = 20 * minute
    const world = openReporterWorld(() => 'database failure')
    const life = world.start()
    for (let time = 0; time < silence; time += minute) {
      await world.goTo(time)
      life.send(running(world))
    }
    await world.goTo(silence)
    life.send(final(world))
    await world.goTo(2 * silence)
    expect(world.tries.filter(({ at }) => at > silence)).not.toEqual([])
  })

  it('is tried at once, and each second, when somebody will kill the pilot soon', async () => {
    const told = end + outage / 2
    const world = openReporterWorld(refusesUntil(told + 3 * second))
    const life = world.start()
    life.send(final(world))
    await world.goTo(told)
    const triesBefore = world.tries.length
    life.send({ type: 'reporter.hurry' })
    await world.goTo(told)
    expect(world.tries.length).toBe(triesBefore + 1)
    await world.goTo(told + 4 * second)
    expect(states(world.server.updates)).toEqual(['finished'])
    expect(life.isClosed()).toBe(true)
  })

  it('stays in PilotDB when the lease ends first, and the log says so', async () => {
    const world = openReporterWorld(refusesUntil(outage))
    const life = world.start()
    life.send(final(world))
    await world.goTo(outage / 2)
    life.send({ type: 'reporter.giveUp' })
    const triesUntilThen = world.tries.length
    await world.goTo(outage + hour)
    expect(world.tries).toHaveLength(triesUntilThen)
    expect(life.told).toEqual([{ type: 'reporter.undeliverable' }])
    const kept = foldHistory(world.database.history(world.assignment.key))
    expect(kept.delivered).toBe(false)
    expect(states(kept.outbox.waiting.map(({ update }) => update))).toEqual(['finished'])
    expect(world.log.at(-1)).toMatch(/^error job 6001: the server has not acknowledged "finished": it stays in PilotDB/)

    // Whoever starts a pilot there later has it delivered.
    const later = world.start()
    await world.goTo(world.clock.now + minute)
    expect(states(world.server.updates)).toEqual(['finished'])
    expect(later.isClosed()).toBe(true)
  })
})
