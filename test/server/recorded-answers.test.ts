import { describe, expect, it } from 'vitest'
import type { PandaId } from '../../src/job/ids.ts'
import { legacyDialect } from '../../src/server/legacy-dialect.ts'
import { v1Dialect } from '../../src/server/v1-dialect.ts'
import type { Verdict } from '../../src/server/verdict.ts'
import { identity, starting } from './examples.ts'
import { type Recording, recordings, withoutRecordings } from './recordings.ts'

/** The recordings of one method by their number, and what our reader makes of them. */
function readAll(
  folder: string,
  method: string,
  read: (recording: Recording) => Verdict<unknown>,
): Record<string, string> {
  const read1 = (recording: Recording): [string, string] => {
    const verdict = read(recording)
    const value = verdict.kind === 'done' ? ` ${JSON.stringify(shown(verdict.value))}` : ''
    return [recording.name.slice(folder.length + 1, folder.length + 4), `${verdict.kind}${value}`.slice(0, 60)]
  }
  const chosen = recordings(folder).filter(({ path }) => path.split('?')[0] === method)
  return Object.fromEntries(chosen.map(read1))
}

/** Of an update's answer the commands, of a worker's nothing. */
function shown(value: unknown): unknown {
  if (value === null) return []
  return typeof value === 'object' && 'commands' in value ? value.commands : value
}

describe.skipIf(withoutRecordings)('the answers of the real server', () => {
  it('v1 acquire_jobs', () => {
    const answers = readAll('v1-1.0.3', '/api/v1/pilot/acquire_jobs', ({ reply }) => v1Dialect.readAcquire(reply))
    expect(answers).toMatchObject({
      '103': 'nothing',
      '105': 'refused',
      '106': 'refused',
      '107': 'refused',
      '108': 'refused',
      '109': 'field-refused',
      '110': 'field-refused',
      '111': 'unknown',
      '121': expect.stringMatching(/^done \[\{"StatusCode":0,"PandaID":16,/),
      '123': expect.stringMatching(/^done \[\{"StatusCode":0,"PandaID":19,/),
    })
  })

  it('v1 update_job', () => {
    const sent = v1Dialect.update(identity, starting(16), 'all')
    const answers = readAll('v1-1.0.3', '/api/v1/pilot/update_job', ({ reply }) => v1Dialect.readUpdate(reply, sent))
    expect(answers).toMatchObject({
      '131': 'done []',
      '133': 'done []',
      '136': 'refused',
      '137': 'done [{"name":"tobekilled"}]',
      '139': 'refused',
      '140': 'field-refused',
      '141': 'done [{"name":"tobekilled"}]',
      '142': 'done [{"name":"softkill"}]',
      '143': 'done [{"name":"debug"}]',
      '144': 'done []',
      '146': 'done []',
    })
  })

  it('v1 status, workers, life', () => {
    const path = '/api/v1/pilot/get_job_status'
    const status = readAll('v1-1.0.3', path, ({ reply }) => v1Dialect.readJobStatus(reply, []))
    expect(status).toEqual({ '148': expect.stringContaining('done [{"pandaId":16,"status":"finished","attemptNr":1}') })
    const read = ({ reply }: Recording) => v1Dialect.readWorkerStatus(reply)
    expect(readAll('v1-1.0.3', '/api/v1/pilot/update_worker_status', read)).toEqual({
      '149': 'done []',
      '150': 'done []',
    })
    const alive = recordings('v1-1.0.3').filter(({ path: asked }) => asked === '/api/v1/system/is_alive')
    expect(alive.map(({ reply }) => v1Dialect.isAlive(reply))).toEqual([true, false])
  })

  it('v1 with tokens', () => {
    const answers = readAll('token-1.0.3', '/api/v1/pilot/acquire_jobs', ({ reply }) => v1Dialect.readAcquire(reply))
    expect(answers).toMatchObject({
      '301': expect.stringContaining('done'),
      '303': 'refused',
      '304': 'refused',
      '305': 'expired',
      '306': 'refused',
      '309': 'refused',
      '310': 'refused',
    })
  })

  it('legacy getJob', () => {
    const answers = readAll('legacy-0.8.1', '/server/panda/getJob', ({ reply }) => legacyDialect.readAcquire(reply))
    expect(answers).toMatchObject({
      '002': 'nothing',
      '003': 'nothing',
      '004': 'refused',
      '005': 'refused',
      '006': 'refused',
      '008': 'unknown',
      '009': 'field-refused',
      '011': expect.stringContaining('"PandaID":"9"'),
      '012': expect.stringContaining('"PandaID":10'),
      '013': expect.stringContaining('"PandaID":11'),
      '017': 'nothing',
    })
    const gone = readAll('v1-1.0.3', '/server/panda/getJob', ({ reply }) => legacyDialect.readAcquire(reply))
    expect(gone).toEqual({ '118': 'other-dialect' })
  })

  it('legacy updateJob', () => {
    const sent = legacyDialect.update(identity, starting(9), 'all')
    const path = '/server/panda/updateJob'
    const answers = readAll('legacy-0.8.1', path, ({ reply }) => legacyDialect.readUpdate(reply, sent))
    expect(answers).toMatchObject({
      '021': 'done []',
      '022': 'done []',
      '024': 'done [{"name":"debug"}]',
      '025': 'done [{"name":"tobekilled"}]',
      '026': 'done [{"name":"tobekilled"}]',
      '028': 'done []',
      '031': 'refused',
      '032': 'field-refused',
      '034': 'done []',
      '035': 'done [{"name":"alreadydone"}]',
    })
  })

  it('legacy status, workers, life', () => {
    const ids = [9, 10, 13, 999_999] as PandaId[]
    const read = ({ reply }: Recording) => legacyDialect.readJobStatus(reply, ids)
    expect(readAll('legacy-0.8.1', '/server/panda/getStatus', read)).toEqual({
      '045': expect.stringContaining('done [{"pandaId":9,"status":"finished","attemptNr":1}'),
    })
    const readWorker = ({ reply }: Recording) => legacyDialect.readWorkerStatus(reply)
    expect(readAll('legacy-0.8.1', '/server/panda/updateWorkerPilotStatus', readWorker)).toEqual({
      '047': 'done []',
      '048': 'done []',
    })
    const alive = recordings('legacy-0.8.1').filter(({ path }) => path === '/server/panda/isAlive')
    expect(alive.map(({ reply }) => legacyDialect.isAlive(reply))).toEqual([true])
  })
})
