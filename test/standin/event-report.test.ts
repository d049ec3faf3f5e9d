import { describe, expect, it } from 'vitest'
import { readReport, statesAnswer } from '../../src/standin/event-report.ts'
import { addEvents } from '../../src/standin/model/events.ts'
import { createPanda } from '../../src/standin/model/panda.ts'

describe('a report of event ranges is read', () => {
  const range = { eventRangeID: '1-2-3-4-5', eventStatus: 'finished', errorCode: '7', objstoreID: 9 }
  const zipFile = { lfn: 'a.tar', objstoreID: 117, fsize: 10, adler32: '0f', pathConvention: 1000 }
  const read = (value: unknown, version: number) => readReport(JSON.stringify(value), version)

  it('flat in version 0, where archives are not looked at', () => {
    expect(read([{ ...range, zipFile }], 0)).toEqual([
      { eventRangeID: '1-2-3-4-5', status: 'finished', errorCode: 7, errorDiag: null, objstoreID: 9, zip: null },
    ])
  })

  it('by chunks in version 1, each range with the archive of its chunk; a chunk without ranges is one', () => {
    const zip = { lfn: 'a.tar', fsize: 10, checksum: 'ad:0f', destination: '117/1000' }
    const items = read([{ zipFile, eventRanges: [range, range] }, range], 1)
    expect(items?.map((item) => item.zip)).toEqual([zip, zip, null])
  })

  it('with an archive without name or store as a broken one', () => {
    const items = read([{ zipFile: { lfn: 'a.tar' }, eventRanges: [range] }], 1)
    expect(items?.map((item) => item.zip)).toEqual(['broken'])
  })

  it('as nothing when it is no list', () => {
    expect(readReport('no JSON', 0)).toBeNull()
    expect(readReport('{}', 1)).toBeNull()
    expect(read([17], 0)).toMatchObject([{ eventRangeID: null, status: null }])
  })
})

it('states are told by the name panda_id; job_id alone is a failure, whatever the documentation says', () => {
  const panda = createPanda()
  const file = { taskID: 7, jobsetID: 900, fileID: 70, LFN: 'f', GUID: 'g', scope: 's' }
  addEvents(panda, { ...file, ranges: 1, eventsPerRange: 5 })
  expect(statesAnswer(panda, '[{"task_id": 7, "panda_id": 900}]')).toEqual({
    900: { '7-900-70-1-10': { status: 'ready', error: null, dialog: null } },
  })
  expect(statesAnswer(panda, '[{"task_id": 7, "job_id": 900}]')).toBeNull()
  expect(statesAnswer(panda, 'no JSON')).toBeNull()
})
