import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Kill, killRun } from '../../faults/kill/kill-run.ts'
import { type House, openHouse } from '../../faults/kill/world.ts'

let house: House

beforeAll(async () => {
  house = await openHouse()
})

afterAll(() => house[Symbol.asyncDispose]())

/** ms; two pilots one after the other on a machine that is busy with other suites. */
const patience = 60_000

/** The long payload is still alive when the restarted pilot looks for it. */
const [short, long] = [0.1, 2]

const cases: readonly (readonly [name: string, payloadSeconds: number, ...kills: Kill[]])[] = [
  ['before its job is begun', short, { boundary: 'files.createDirectory PanDA_Pilot-9001 before' }],
  ['when the launch was intended', short, { boundary: 'processes.launch before' }],
  ['when the payload was launched and not written down', long, { boundary: 'processes.launch after' }],
  ['when an output was moved and not written down', short, { boundary: 'cp.copy out second.out after' }],
  ['between the lines of output.list', short, { boundary: 'outputs.append output.list after #2' }],
  ['when the final update was sent and not acknowledged', short, { boundary: 'server.update finished after' }],
  [
    'and again during the recovery',
    short,
    { boundary: 'workers.archive before' },
    { boundary: 'cp.copy out job.9001.log.tgz after' },
  ],
]

describe.concurrent('a pilot killed with -9', { timeout: patience }, () => {
  for (const [name, payloadSeconds, ...kills] of cases) {
    test(`${name} ends its job finished, once`, async () => {
      const run = await killRun(house, { kills, payloadSeconds })
      expect(run.killed).toHaveLength(kills.length)
      const { outcome, lost, duplicated, falseSuccess } = run
      expect({ outcome, lost, duplicated, falseSuccess }, run.log).toEqual({
        outcome: 'finished',
        lost: [],
        duplicated: [],
        falseSuccess: [],
      })
    })
  }

  test('before its life is written down takes its job all the same', async () => {
    const run = await killRun(house, { kills: [{ after: 0 }], payloadSeconds: short })
    expect(run.killed).toHaveLength(1)
    expect(run.outcome, run.log).toBe('finished')
  })

  test('before the job it was given is written down says that one may be lost, and is alone to say so', async () => {
    const unheard = 'an earlier pilot process died when it had asked for a job'
    const [lost, kept] = await Promise.all(
      ['server.acquire after', 'database.write definition after'].map((boundary) =>
        killRun(house, { kills: [{ boundary }], payloadSeconds: short }),
      ),
    )
    expect(lost?.outcome, lost?.log).toBe('handed over unheard')
    expect(lost?.log).toContain(unheard)
    expect(kept?.outcome, kept?.log).toBe('finished')
    expect(kept?.log).not.toContain(unheard)
  })
})
