import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runAdder } from '../../src/standin/model/adder.ts'
import { clearCommand, setCommand, setDebug } from '../../src/standin/model/commands.ts'
import { addJob, createPanda } from '../../src/standin/model/panda.ts'
import { findDifference, notSpoken } from './differences.ts'
import { definitionsIn, likeness } from './standin-definitions.ts'
import { noSamples, type Recording, readRecordings } from './standin-recordings.ts'
import { openStage, type Sender, type Stage } from './standin-replay.ts'
import { compareRow, fileRow, filesOf } from './standin-rows.ts'
import { needSamples, report } from './standin-suite.ts'

const folder = 'legacy-0.8.1'
const queue = 'TESTBED_QUEUE'

needSamples()

describe.skipIf(noSamples !== null)(`the legacy dialect answers as PanDA 0.8.1 did (${noSamples ?? folder})`, () => {
  const panda = createPanda()
  const recordings = noSamples === null ? readRecordings(folder) : []
  const spoken = recordings.filter(({ name }) => findDifference(notSpoken, folder, name) === undefined)
  let stage: Stage

  const find = (start: string): Recording => {
    const recording = recordings.find(({ name }) => name.startsWith(start))
    if (recording === undefined) throw new Error(`no recording ${start}`)
    return recording
  }
  const now = () => stage.time

  /** What the operators of the recorded server did between the calls; the numbers are PandaIDs. */
  const before: Record<string, () => void> = {
    '011': () => {
      for (const source of ['011-', '012-', '013-']) {
        for (const definition of definitionsIn(find(source).answer)) addJob(panda, now(), definition, { queue })
      }
    },
    '014': () => addJob(panda, now(), definitionsIn(find('015-').answer)[0] ?? {}, { queue }),
    '017': () => {
      const [pattern = {}] = definitionsIn(find('012-').answer)
      addJob(panda, now(), likeness(pattern, { PandaID: 14 }), { queue })
      addJob(panda, now(), likeness(pattern, { PandaID: 15, minRamCount: 2000 }), { queue })
    },
    '024': () => setDebug(panda, now(), 9, true),
    '025': () => {
      setDebug(panda, now(), 9, false)
      setCommand(panda, now(), 9, 'tobekilled')
    },
    '028': () => clearCommand(panda, 9),
    '041': () => runAdder(panda, now()),
    '045': () => runAdder(panda, now()),
  }
  const senders: Record<string, Sender> = {
    '004': 'ordinary user',
    '005': 'ordinary user',
    '006': 'plain HTTP',
    '014': 'ordinary user',
    '031': 'ordinary user',
  }

  beforeAll(async () => {
    stage = await openStage(panda, ['legacy'])
  })
  afterAll(() => stage.close())

  it.each(spoken)('$name', async (recording) => {
    const number = recording.name.slice(0, 3)
    stage.time = recording.answer.at
    before[number]?.()
    const answer = await stage.send(senders[number] ?? 'production robot', recording.request)
    report(folder, recording, answer)
    compareRow(folder, number, panda)
  })

  it('what the Adder made of the finished and of the failed job is what the real Adder made of them', () => {
    compareRow(folder, '035-after-adder', panda)
    compareRow(folder, '041-after-adder', panda)
    expect([...(panda.jobs.get(9)?.files ?? [])].map(([lfn, file]) => fileRow(lfn, file))).toEqual(
      filesOf(folder, '035.files.txt'),
    )
  })
})

describe.skipIf(noSamples !== null).each(['pilot3-against-legacy', 'pilot3-against-legacy-with-rucio-input'])(
  'the reference pilot is answered as it was: %s',
  (run) => {
    const panda = createPanda()
    const recordings = noSamples === null ? readRecordings(run) : []
    let stage: Stage

    beforeAll(async () => {
      stage = await openStage(panda, ['legacy'])
      for (const { answer } of recordings.filter(({ answer }) => answer.body.includes('PandaID='))) {
        for (const definition of definitionsIn(answer)) addJob(panda, answer.at, definition, { queue })
      }
    })
    afterAll(() => stage.close())

    it.each(recordings)('$name', async (recording) => {
      stage.time = recording.answer.at
      report(run, recording, await stage.send('production robot', recording.request))
    })

    it('and its job ends finished, with the time stamps it sent in a wrong form ignored', () => {
      runAdder(panda, stage.time)
      const [job] = panda.jobs.values()
      expect(job?.outcome).toBe('finished')
      expect(job?.startTime).toMatch(/^\d{4}-\d\d-\d\d /)
    })
  },
)
