import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseQueue, type QueueData } from '../../src/job/queue-data.ts'

function queueOf(document: Readonly<Record<string, unknown>>): QueueData {
  const parsed = parseQueue({ nickname: 'QUEUE', ...document })
  if (parsed.kind !== 'queue') throw new Error(parsed.text)
  return parsed.queue
}

describe('a queue document', () => {
  test('without a name is refused: it may be anything', () => {
    for (const raw of [{}, { name: 'NULL' }, { nickname: '' }, null, [], 'QUEUE', 5]) {
      expect(parseQueue(raw)).toMatchObject({ kind: 'refused', text: expect.stringContaining('queue document') })
    }
  })

  test('that says only its name has the defaults of the contract (contracts/pilot-data.md 7.4)', () => {
    expect(queueOf({})).toMatchObject({
      name: 'QUEUE',
      resource: 'QUEUE',
      state: 'ACTIVE',
      status: 'online',
      maxWorkDir: 0,
      maxRss: 0,
      maxTime: 0,
      timeFloor: 0,
      coreCount: 1,
      walltimeGrace: 1,
      workDirGrace: 1.2,
      rssGrace: 2,
      jobMaxWalltime: false,
    })
  })

  test('gives its time floor in minutes, and it is kept in seconds', () => {
    fc.assert(
      fc.property(fc.nat(100_000), (minutes) => {
        expect(queueOf({ timefloor: minutes }).timeFloor).toBe(minutes * 60)
        expect(queueOf({ timefloor: String(minutes) }).timeFloor).toBe(minutes * 60)
      }),
    )
  })

  test('gives its graces in percent, as number or text; what is no such number leaves the default', () => {
    fc.assert(
      fc.property(fc.nat(500), (percent) => {
        expect(queueOf({ params: { pilot_rss_grace: percent } }).rssGrace).toBe(1 + percent / 100)
        expect(queueOf({ params: { pilot_rss_grace: `${percent}` } }).rssGrace).toBe(1 + percent / 100)
      }),
    )
    for (const pilot_rss_grace of ['much', -1, Number.NaN, { toString: 1 }, null]) {
      expect(queueOf({ params: { pilot_rss_grace } }).rssGrace).toBe(2)
    }
  })

  test('may part its flags with blanks or commas', () => {
    expect(queueOf({ catchall: 'nopenfiles=4, allow_wan_for_lib  pilotXcache' }).catchall).toEqual([
      'nopenfiles=4',
      'allow_wan_for_lib',
      'pilotXcache',
    ])
    expect(queueOf({ environ: 'A=1 B=x=y,=no' }).environ).toEqual({ A: '1', B: 'x=y' })
  })

  test('goes by the PanDA resource and the ATLAS site before their other names', () => {
    expect(queueOf({ resource: 'R', panda_resource: 'P', site: 'S', gstat: 'G', atlas_site: 'A' })).toMatchObject({
      resource: 'P',
      site: 'A',
    })
  })

  test('never makes the pilot stumble, whatever stands in a field', () => {
    const keys = [
      'state',
      'copytools',
      'acopytools',
      'astorages',
      'maxrss',
      'timefloor',
      'params',
      'catchall',
      'environ',
    ]
    const weird = fc.oneof(fc.jsonValue(), fc.constantFrom<unknown>({ toString: 1 }, { a: { toString: 1 } }, [[]]))
    fc.assert(
      fc.property(fc.constantFrom(...keys), weird, (key, value) => {
        const queue = queueOf({ [key]: value })
        for (const number of [queue.maxRss, queue.timeFloor, queue.rssGrace, queue.workDirGrace, queue.walltimeGrace]) {
          expect(Number.isFinite(number)).toBe(true)
        }
        for (const tools of Object.values(queue.copytoolsByActivity)) expect(Array.isArray(tools)).toBe(true)
      }),
      { numRuns: 500 },
    )
    fc.assert(
      fc.property(fc.jsonValue(), (raw) => {
        expect(['queue', 'refused']).toContain(parseQueue(raw).kind)
      }),
    )
  })
})
