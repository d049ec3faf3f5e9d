import { describe, expect, it } from 'vitest'
import { createRedactor } from '../../src/job/redact.ts'
import { redactedFields, redactedText } from '../../src/workers/redacted-report.ts'
import { textOf } from '../../src/workers/reduced-text.ts'
import { reportWith } from '../experiments/job.ts'

const redactor = createRedactor(['open "sesame"'])
const outputs = [{ name: 'out.data', guid: 'G', size: 5, nEntries: undefined }]

function redacted(text: string): string {
  const bytes = new Uint8Array(new SharedArrayBuffer(text.length))
  bytes.set(Buffer.from(text, 'latin1'))
  return textOf(redactedText(bytes, redactor))
}

describe('a job report on its way to the server', () => {
  it('comes through unchanged when it holds no secret', () => {
    const report = reportWith({ exitCode: 3, exitMsg: 'fine', outputs })
    expect(redactedFields(report, redactor)).toEqual(report)
    const long = `{ "exitMsg" :"${'fine '.repeat(700_000)}"}`
    expect(redacted(long)).toBe(long)
  })

  it('loses a secret wherever it stands, and its text stays JSON', () => {
    const report = reportWith({ exitMsg: 'said open "sesame" in vain', outputs })
    expect(redactedFields(report, redactor)).toEqual({ ...report, exitMsg: 'said [hidden] in vain' })
    for (const length of [0, 1_048_560, 3_000_000]) {
      const before = '.'.repeat(length)
      const hidden = redacted(JSON.stringify({ before, files: [{ path: 'x/open "sesame"/y' }], 'open "sesame"': 1 }))
      expect(JSON.parse(hidden)).toEqual({ before, files: [{ path: 'x/[hidden]/y' }], '[hidden]': 1 })
    }
  })

  it('is left out where it is no JSON and holds a secret', () => {
    expect(redacted('{open \\"sesame\\"')).toBe('')
  })
})
