import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runAdder } from '../../src/standin/model/adder.ts'
import { clientCall } from './client-calls.ts'
import { verdictOn } from './client-reading.ts'
import { bytesOf, unvouched } from './client-requests.ts'
import { differences, findDifference, notAsked, notSpoken } from './differences.ts'
import { expectations } from './expectations.ts'
import { parseRequest } from './recorded-request.ts'
import { openWorld, type Run, runs, type World } from './runs.ts'
import { noSamples, type RecordedAnswer, type Recording } from './standin-recordings.ts'
import { openStage, type Stage } from './standin-replay.ts'
import { compareOutcomes, compareTables } from './standin-rows.ts'
import { expectExchange, summary, tick } from './tally.ts'

if (noSamples !== null && process.env.PILOT_REAL_TOOLS === 'required') {
  it('the recordings are there', () => expect.fail(noSamples ?? ''))
}

afterAll(() => {
  if (noSamples === null) process.stdout.write(`${summary()}\n`)
})

/** A folder's server, brought from recording to recording into the state that the real one was in. */
function replay(run: Run) {
  const world = openWorld(run)
  let stage: Stage
  beforeAll(async () => {
    stage = await openStage(world.panda, run.dialects, noSamples === null ? run.tokens(world) : new Map())
  })
  afterAll(() => stage.close())

  return {
    world,
    spoken: world.recordings.filter(({ name }) => findDifference(notSpoken, run.folder, name) === undefined),
    send({ name, answer }: Recording, bytes: Buffer): Promise<RecordedAnswer> {
      const number = name.slice(0, 3)
      world.now = answer.at
      stage.time = answer.at
      run.before[number]?.(world)
      return stage.send(run.senders[number] ?? run.sender, bytes)
    },
  }
}

describe.skipIf(noSamples !== null).each(runs)('$title', (run) => {
  const { folder } = run
  for (const { name } of openWorld(run).recordings) expectExchange(folder, name)

  describe('the stand-in answers as the real server did', () => {
    const { world, spoken, send } = replay(run)

    it.each(spoken)('$name', async (recording) => {
      const answer = await send(recording, recording.request)
      const compared = ({ statusLine, contentType, body }: RecordedAnswer) => ({ statusLine, contentType, body })
      if (findDifference(differences, folder, recording.name) === undefined) {
        expect(compared(answer)).toEqual(compared(recording.answer))
        tick(folder, recording.name, 'stand-in')
      } else {
        const again = `${recording.name} is equal now: take it out of the list`
        expect(compared(answer), again).not.toEqual(compared(recording.answer))
        expect(answer.statusLine).toBe(recording.answer.statusLine)
        tick(folder, recording.name, 'stand-in', false)
      }
      compareTables(folder, recording.name.slice(0, 3), world.panda)
    })

    it('and its jobs end as they did', () => {
      if (folder.startsWith('pilot3')) expectFinished(world)
      else compareOutcomes(folder, world.panda)
    })
  })

  describe('our client understands the real server', () => {
    it.each(openWorld(run).recordings)('$name', ({ name, request, answer }) => {
      expect(verdictOn(parseRequest(request), answer)).toBe(expectations[folder]?.[name])
      tick(folder, name, 'answer')
    })

    it('and nothing is expected that was not recorded', () => {
      const names = openWorld(run).recordings.map(({ name }) => name)
      expect(Object.keys(expectations[folder] ?? {})).toEqual(names)
    })
  })

  describe('our client asks what the real server took, and the stand-in takes it too', () => {
    const { spoken, send } = replay(run)

    it.each(spoken)('$name', async (recording) => {
      const request = parseRequest(recording.request)
      if (findDifference(notAsked, folder, recording.name) !== undefined) {
        await send(recording, recording.request)
        return
      }
      const ours = clientCall(request)
      const call = ours?.request()
      if (ours === undefined || call === undefined || typeof call === 'string') {
        return expect.fail(`${request.path} is not spoken: ${call ?? 'no such call'}`)
      }
      expect(call.path).toBe(request.path)
      expect(unvouched(call)).toEqual([])
      const answer = await send(recording, bytesOf(await ours.dialect.encode(call), request))
      expect(verdictOn(request, answer)).toBe(expectations[folder]?.[recording.name])
      tick(folder, recording.name, 'request')
    })
  })
})

/** The reference pilot's one job, with the time stamps it sent in a wrong form ignored. */
function expectFinished({ panda, now }: World): void {
  runAdder(panda, now)
  const [job] = panda.jobs.values()
  expect(job?.outcome).toBe('finished')
  expect(job?.startTime).toMatch(/^\d{4}-\d\d-\d\d /)
}
