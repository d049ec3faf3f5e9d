import { describe, expect, it } from 'vitest'
import { killJob } from '../../src/standin/model/commands.ts'
import { type EventItem, updateEvent, updateEvents } from '../../src/standin/model/event-update.ts'
import { acquireEvents, addEvents, countEvents, eventRangeID, eventsOf } from '../../src/standin/model/events.ts'
import type { JobState } from '../../src/standin/model/job.ts'
import { createPanda, type Panda } from '../../src/standin/model/panda.ts'
import { jobIn, start } from './fixtures.ts'

const asked = { PandaID: 10, jobsetID: 900, taskID: 7, count: 2, scattered: false }
const file = { taskID: 7, jobsetID: 900, fileID: 70, ranges: 4, eventsPerRange: 5, LFN: 'f', GUID: 'g', scope: 's' }
const item: EventItem = {
  eventRangeID: '7-10-70-1-10',
  status: 'finished',
  objstoreID: null,
  errorCode: null,
  errorDiag: null,
  zip: null,
}

function pandaWith(state: JobState, options: Parameters<typeof createPanda>[0] = {}): Panda {
  const panda = createPanda(options)
  jobIn(panda, state)
  addEvents(panda, file)
  return panda
}

describe('ranges are handed out', () => {
  it('in the order of the files, and bound to the job that took them', () => {
    const panda = pandaWith('running')
    expect(acquireEvents(panda, asked).map(eventRangeID)).toEqual(['7-10-70-1-10', '7-10-70-2-10'])
    expect(countEvents(panda, 900, 7)).toBe(2)
    expect(eventsOf(panda, 7, 10).map(({ state }) => state)).toEqual(['sent', 'sent'])
  })

  it.each(['activated', 'holding', 'transferring', 'finished'] as const)('not to a job that is %s', (state) => {
    expect(acquireEvents(pandaWith(state), asked)).toEqual([])
  })

  it('not to a job that somebody wants dead, nor out of another pool', () => {
    const panda = pandaWith('running')
    expect(acquireEvents(panda, { ...asked, jobsetID: 901 })).toEqual([])
    killJob(panda, start, 10)
    expect(acquireEvents(panda, asked)).toEqual([])
  })
})

describe('a report', () => {
  it('changes a row once; its repeat is good and changes nothing', () => {
    const panda = pandaWith('running', { eventUpdates: 'as documented' })
    const [row] = acquireEvents(panda, asked)
    expect(updateEvents(panda, 0, [item])).toEqual({ returns: [true], commands: { 10: null } })
    expect(updateEvents(panda, 0, [{ ...item, status: 'failed' }]).returns).toEqual([true])
    expect(row?.state).toBe('finished')
    expect(panda.jobs.get(10)?.fields.nEvents).toBe(5)
  })

  it('of a range that nobody took changes it in version 2 only', () => {
    const panda = pandaWith('running')
    const ready = { ...item, eventRangeID: '7-900-70-3-10' }
    jobIn(panda, 'running', { PandaID: 900 })
    updateEvents(panda, 1, [ready])
    expect(panda.events[2]?.state).toBe('ready')
    updateEvents(panda, 2, [ready])
    expect(panda.events[2]?.state).toBe('finished')
  })

  it('is false for what it cannot read, for an unknown job, which is to be killed, and for one that has ended', () => {
    const panda = pandaWith('running')
    jobIn(panda, 'holding', { PandaID: 11 })
    const of = (change: Partial<EventItem>) => updateEvents(panda, 0, [{ ...item, ...change }])
    expect(of({ eventRangeID: '7-10-70-1' }).returns).toEqual([false])
    expect(of({ status: 'merged' }).returns).toEqual([false])
    expect(of({ status: 'transferring' }).returns).toEqual([null])
    expect(of({ eventRangeID: '7-999-70-1-10', status: 'failed' })).toEqual({
      returns: [false],
      commands: { 999: 'tobekilled' },
    })
    expect(of({ eventRangeID: '7-11-70-1-10', status: 'failed' }).returns).toEqual([false])
  })

  it('with a broken archive stores nothing at all', () => {
    const panda = pandaWith('running')
    acquireEvents(panda, asked)
    const broken = { ...item, eventRangeID: '7-10-70-2-10', zip: 'broken' } as const
    expect(updateEvents(panda, 1, [item, broken]).returns).toEqual([true, false])
    expect(panda.events.map(({ state }) => state)).toEqual(['sent', 'sent', 'ready', 'ready'])
  })

  it('of a known archive keeps its first size', () => {
    const panda = pandaWith('running')
    acquireEvents(panda, asked)
    const zip = { lfn: 'a.tar', fsize: 1, checksum: null, destination: '7' }
    updateEvents(panda, 1, [{ ...item, zip }])
    updateEvents(panda, 1, [{ ...item, eventRangeID: '7-10-70-2-10', zip: { ...zip, fsize: 2 } }])
    expect(panda.eventZips).toHaveLength(1)
    expect(panda.events[1]?.zip?.fsize).toBe(1)
  })

  it('of finished ranges ends in a further false on the recorded servers, which could not count them', () => {
    const panda = pandaWith('running')
    acquireEvents(panda, asked)
    expect(updateEvents(panda, 0, [item]).returns).toEqual([true, false])
    expect(updateEvents(panda, 0, [{ ...item, status: 'failed' }]).returns).toEqual([true])
    expect(updateEvent(panda, { ...item, eventRangeID: '7-10-70-2-10' })).toEqual({
      taken: true,
      commands: { 10: null },
    })
    expect(panda.jobs.get(10)?.fields).not.toHaveProperty('nEvents')
  })
})
