import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Beats, createPilotHeartbeat, nextBeat } from '../../src/observe/pilot-heartbeat.ts'

const minute = 60_000

describe('beats', () => {
  test('a gap of more than ten minutes is a suspension, ten minutes are not', () => {
    const first = nextBeat(undefined, 0).beats
    expect(nextBeat(first, 10 * minute).suspension).toBeUndefined()
    expect(nextBeat(first, 10 * minute + 1).suspension).toBe(10 * minute + 1)
  })

  test('a suspension stays on record over the regular beats that follow', () => {
    const stopped = nextBeat(nextBeat(undefined, 0).beats, 20 * minute).beats
    const later = nextBeat(nextBeat(stopped, 21 * minute).beats, 22 * minute)
    expect(later.suspension).toBeUndefined()
    expect(later.beats).toEqual({ last: 22 * minute, longest: 20 * minute, suspended: 20 * minute })
  })

  test('whatever the clock does, no time is negative and the longest gap never shrinks', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 ** 41 })), (times) => {
        let beats: Beats | undefined
        for (const now of times) {
          const next: Beats = nextBeat(beats, now).beats
          expect(next.longest).toBeGreaterThanOrEqual(beats?.longest ?? 0)
          expect(next.suspended).toBeLessThanOrEqual(next.longest)
          beats = next
        }
      }),
    )
  })
})

describe('files', () => {
  let directory: string

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'heartbeat-'))
  })

  afterEach(() => rm(directory, { recursive: true }))

  test('pilot_heartbeat.json says when, and pilotlog.txt is touched', async () => {
    const log = join(directory, 'pilotlog.txt')
    await writeFile(log, '')
    await utimes(log, 1, 1)
    const heartbeat = createPilotHeartbeat(directory, log)
    await heartbeat.beat(1_700_000_000_000)
    expect(await heartbeat.beat(1_700_000_700_900)).toBe(700_900)
    expect(JSON.parse(await readFile(join(directory, 'pilot_heartbeat.json'), 'utf8'))).toEqual({
      last_pilot_update: 1_700_000_700,
      max_diff_time: 700,
      time_since_detection: 700,
    })
    expect((await stat(log)).mtimeMs).toBeCloseTo(1_700_000_700_900, -1)
    expect((await readdir(directory)).toSorted()).toEqual(['pilot_heartbeat.json', 'pilotlog.txt'])
  })

  test('a directory that vanished does not stop the beats', async () => {
    const heartbeat = createPilotHeartbeat(join(directory, 'gone'), join(directory, 'gone/pilotlog.txt'))
    expect(await heartbeat.beat(0)).toBeUndefined()
    expect(await heartbeat.beat(20 * minute)).toBe(20 * minute)
  })
})
