import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createRedactor } from '../../src/job/redact.ts'
import { redactedFields, redactText } from '../../src/workers/redacted-report.ts'
import { TextRoom } from '../../src/workers/text-room.ts'
import { reportWith } from '../experiments/job.ts'
import { stringOf } from './parsed-report.ts'
import { temporaryDirectory } from './temporary.ts'

const redactor = createRedactor(['open "sesame"'])
const outputs = [{ name: 'out.data', guid: 'G', size: 5, nEntries: undefined }]

/** The text without secrets, in memory or in a file. */
function redacted(written: string, held: number) {
  const room = new TextRoom(join(temporaryDirectory(), 'text'), { most: 1e8, held })
  room.write(written)
  redactText(room, redactor)
  return { text: stringOf(room.finish()), problem: room.problem }
}

describe.each([1e7, 10])('a job report on its way to the server, of which %d bytes are held,', (held) => {
  it('comes through unchanged when it holds no secret', () => {
    const report = reportWith({ exitCode: 3, exitMsg: 'fine', outputs })
    expect(redactedFields(report, redactor)).toEqual(report)
    const long = `{ "exitMsg" :"${'fine '.repeat(700_000)}"}`
    expect(redacted(long, held)).toEqual({ text: long, problem: undefined })
  })

  it('loses a secret wherever it stands, and its text stays JSON', () => {
    const report = reportWith({ exitMsg: 'said open "sesame" in vain', outputs })
    expect(redactedFields(report, redactor)).toEqual({ ...report, exitMsg: 'said [hidden] in vain' })
    for (const length of [0, 1_048_560, 3_000_000]) {
      const before = '.'.repeat(length)
      const { text: hidden } = redacted(
        JSON.stringify({ before, files: [{ path: 'x/open "sesame"/y' }], 'open "sesame"': 1 }),
        held,
      )
      expect(JSON.parse(hidden)).toEqual({ before, files: [{ path: 'x/[hidden]/y' }], '[hidden]': 1 })
    }
  })

  it('is left out where it is no JSON and holds a secret', () => {
    expect(redacted('{open \\"sesame\\"', held)).toEqual({ text: '', problem: 'a secret in it could not be taken out' })
  })
})
