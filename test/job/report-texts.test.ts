import { describe, expect, it } from 'vitest'
import { createRedactor } from '../../src/job/redact.ts'
import { redactReport } from '../../src/job/report-texts.ts'

const redactor = createRedactor(['open "sesame"'])
const report = {
  exitCode: 3,
  exitAcronym: 'NO_KEY',
  exitMsg: undefined,
  exeErrorCode: undefined,
  exeErrorDiag: undefined,
  processedEvents: 12,
  resimEvents: undefined,
  inputFiles: undefined,
  cpuTime: undefined,
  outputs: [{ name: 'out.data', guid: 'G', size: 5, nEntries: undefined }],
  dbTime: undefined,
  dbData: undefined,
}

describe('a job report on its way to the server', () => {
  it('comes through unchanged when it holds no secret', () => {
    const texts = { report, metaData: '{ "exitMsg" :"fine" }' }
    expect(redactReport(texts, redactor)).toEqual(texts)
  })

  it('loses a secret wherever it stands, and its text stays JSON', () => {
    const metaData = JSON.stringify({ files: [{ path: 'x/open "sesame"/y' }], 'open "sesame"': 1, size: 4 })
    const hidden = redactReport({ report: { ...report, exitMsg: 'said open "sesame" in vain' }, metaData }, redactor)
    expect(hidden.report).toEqual({ ...report, exitMsg: 'said [hidden] in vain' })
    expect(JSON.parse(hidden.metaData)).toEqual({ files: [{ path: 'x/[hidden]/y' }], '[hidden]': 1, size: 4 })
  })

  it('is left out where it is no JSON and holds a secret', () => {
    expect(redactReport({ report: undefined, metaData: '{open "sesame"' }, redactor)).toEqual({
      report: undefined,
      metaData: '',
    })
  })
})
