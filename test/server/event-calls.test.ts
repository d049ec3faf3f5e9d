import { describe, expect, it } from 'vitest'
import type { PandaId } from '../../src/job/ids.ts'
import type { EventChunk, EventRange } from '../../src/server/event-port.ts'
import { setCommand } from '../../src/standin/model/commands.ts'
import { addEvents } from '../../src/standin/model/events.ts'
import type { Panda } from '../../src/standin/model/panda.ts'
import { jobIn } from '../standin/fixtures.ts'
import { standinWorld } from './standin-world.ts'

const pandaId = 10 as PandaId
const pool = { pandaId, jobsetId: 900, taskId: 7 }
const wanted = { ...pool, scattered: false, segmentId: undefined }

function offer(panda: Panda): void {
  jobIn(panda, 'running')
  const file = { taskID: 7, jobsetID: 900, fileID: 70, LFN: 'EVNT.root', GUID: 'G', scope: 'mc23' }
  addEvents(panda, { ...file, ranges: 6, eventsPerRange: 10 })
}

function chunk(ranges: readonly EventRange[], lfn: string): EventChunk {
  return {
    archive: { lfn, objectStoreId: 117, size: 10_240, adler32: '0f5a2211', numEvents: 20, pathConvention: 1000 },
    results: ranges.map(({ eventRangeID }) => ({ eventRangeID, status: 'finished' })),
  }
}

describe.each(['v1', 'legacy'] as const)('events in the %s dialect', (dialect) => {
  async function world(eventUpdates: Panda['eventUpdates'] = 'as documented') {
    const made = await standinWorld(dialect, { eventUpdates })
    offer(made.panda)
    const take = async (count: number): Promise<readonly EventRange[]> => {
      const answer = await made.server.acquireEventRanges({ ...wanted, count })
      if (answer.kind !== 'done') throw new Error(answer.text)
      return answer.value
    }
    return { ...made, take }
  }

  it('ranges are handed out until there are none', async () => {
    const { server, take } = await world()
    expect(await server.eventRangesLeft(pool)).toEqual({ kind: 'done', value: 6 })
    const [first] = await take(4)
    expect(first).toEqual({
      eventRangeID: '7-10-70-1-10',
      startEvent: 1,
      lastEvent: 10,
      LFN: 'EVNT.root',
      GUID: 'G',
      scope: 'mc23',
    })
    expect(await take(4)).toHaveLength(2)
    expect(await take(4)).toEqual([])
    expect(await server.eventRangesLeft(pool)).toEqual({ kind: 'done', value: 0 })
  })

  it('a flat report is taken range by range', async () => {
    const { server, take, panda } = await world()
    const [one, two, three] = (await take(3)).map(({ eventRangeID }) => eventRangeID)
    const results = [
      { eventRangeID: one ?? '', status: 'finished', coreCount: 8, cpuTime: 31.5, objectStoreId: 117 },
      { eventRangeID: two ?? '', status: 'running' },
      { eventRangeID: 'nonsense', status: 'failed', errorCode: 1220, errorDiag: 'x'.repeat(900) },
      { eventRangeID: three ?? '', status: 'fatal', errorCode: 1220, errorDiag: 'x'.repeat(900) },
    ] as const
    expect(await server.updateEventRanges({ version: 0, results })).toEqual({
      kind: 'done',
      value: {
        verdicts: ['taken', 'skipped', 'refused', 'taken'],
        commands: [{ pandaId, commands: [] }],
        settled: true,
      },
    })
    expect(panda.events.map(({ state }) => state)).toEqual(['finished', 'sent', 'failed', 'ready', 'ready', 'ready'])
    expect(panda.events[2]).toMatchObject({ attemptNr: 1, errorCode: 1220, errorDiag: 'x'.repeat(500) })
    expect(panda.jobs.get(10)?.fields.nEvents).toBe(10)
  })

  it('a report of archives is taken, and bad news comes back with it', async () => {
    const { server, take, panda } = await world()
    const ranges = await take(3)
    setCommand(panda, 0, 10, 'softkill')
    const failed: EventChunk = {
      archive: undefined,
      results: [{ eventRangeID: ranges[2]?.eventRangeID ?? '', status: 'failed' }],
    }
    const chunks = [chunk(ranges.slice(0, 2), 'premerge_1.tar'), failed]
    const answer = await server.updateEventRanges({ version: 1, chunks })
    expect(answer).toMatchObject({
      value: { verdicts: ['taken', 'taken', 'taken'], commands: [{ pandaId, commands: [{ name: 'softkill' }] }] },
    })
    expect(panda.eventZips).toEqual([
      { PandaID: 10, lfn: 'premerge_1.tar', fsize: 10_240, checksum: 'ad:0f5a2211', destination: '117/1000' },
    ])
  })

  it('one range is told alone; a passing state is skipped', async () => {
    const { server, take } = await world()
    const [range] = await take(1)
    const eventRangeID = range?.eventRangeID ?? ''
    const told = (status: 'running' | 'finished') =>
      server.updateEventRange({ eventRangeID, status, coreCount: 8, cpuTime: 31, objectStoreId: 117 })
    expect(await told('running')).toMatchObject({ kind: 'done', value: { verdicts: ['skipped'] } })
    expect(await told('finished')).toMatchObject({
      kind: 'done',
      value: { verdicts: ['taken'], commands: [{ pandaId, commands: [] }], settled: true },
    })
  })

  it('the states tell what a report left, whoever lost its answer', async () => {
    const { server, take, faults } = await world()
    const ranges = await take(2)
    faults.push({ kind: 'half' })
    const report = { version: 1, chunks: [chunk(ranges.slice(0, 1), 'premerge_1.tar')] } as const
    expect(await server.updateEventRanges(report)).toMatchObject({ kind: 'unknown' })
    expect(await server.eventStates([{ pandaId, taskId: 7 }])).toMatchObject({
      kind: 'done',
      value: [
        { pandaId, eventRangeID: '7-10-70-1-10', status: 'finished' },
        { pandaId, eventRangeID: '7-10-70-2-10', status: 'sent' },
      ],
    })
    expect(await server.updateEventRanges(report)).toMatchObject({ kind: 'done', value: { verdicts: ['taken'] } })
  })

  it('today’s servers store a report and then stumble: unsettled or unknown, never done, never repeated by itself', async () => {
    const { server, take, panda, calls } = await world('as recorded')
    const ranges = await take(1)
    const answer = await server.updateEventRanges({ version: 1, chunks: [chunk(ranges, 'premerge_1.tar')] })
    if (dialect === 'v1') expect(answer).toMatchObject({ kind: 'unknown', text: expect.stringContaining('HTTP 500') })
    else expect(answer).toMatchObject({ kind: 'done', value: { verdicts: ['taken'], settled: false } })
    expect(panda.events[0]?.state).toBe('finished')
    expect(calls.filter(({ name }) => /update_?EventRanges|update_event_ranges/.test(name))).toHaveLength(1)
  })

  it('too many ranges for one report are refused before they are sent', async () => {
    const { server, calls } = await world()
    const results = Array(100_001).fill({ eventRangeID: '1-2-3-4-5', status: 'finished' })
    expect(await server.updateEventRanges({ version: 0, results })).toMatchObject({ kind: 'refused' })
    expect(calls).toEqual([])
  })

  it('a job without a jobset has no ranges in v1, where the number is obligatory', async () => {
    const { server } = await world()
    const answer = await server.acquireEventRanges({ ...wanted, jobsetId: undefined, count: 1 })
    if (dialect === 'v1') expect(answer).toMatchObject({ kind: 'refused', text: expect.stringContaining('jobset') })
    else expect(answer).toEqual({ kind: 'done', value: [] })
  })
})
