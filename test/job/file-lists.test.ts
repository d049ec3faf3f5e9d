import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseDefinition } from '../../src/job/definition.ts'
import { wireDefinition } from '../model/examples.ts'

const name = fc
  .stringMatching(/^[A-Za-z][A-Za-z0-9_.]{0,20}$/)
  .filter((text) => !['NULL', 'null', 'None'].includes(text))
/** Zero is what some write that know none (contracts/pilot-data.md 5.3). */
const hex = fc.integer({ min: 1, max: 0xffffffff }).map((value) => value.toString(16).padStart(8, '0'))
const input = fc.record({
  lfn: name,
  guid: name,
  size: fc.integer({ min: 1, max: 2 ** 45 }),
  adler32: hex,
  scope: name,
  rse: name,
})
const inputs = fc.uniqueArray(input, { selector: ({ lfn }) => lfn, minLength: 1, maxLength: 20 })
const output = fc.record({ lfn: name.map((text) => `out.${text}`), scope: name, dataset: name, rse: name })
const outputs = fc.uniqueArray(output, { selector: ({ lfn }) => lfn, minLength: 1, maxLength: 20 })

function read(changes: Readonly<Record<string, unknown>>) {
  const parsed = parseDefinition({ ...wireDefinition, ...changes })
  if (parsed.kind !== 'job') throw new Error(JSON.stringify(parsed.problems))
  return parsed.job
}

describe('the files of a job definition', () => {
  test('are the inputs of its parallel lists, each with its own size, checksum, scope and place', () => {
    fc.assert(
      fc.property(inputs, (files) => {
        const job = read({
          inFiles: files.map(({ lfn }) => lfn).join(),
          GUID: files.map(({ guid }) => guid).join(),
          fsize: files.map(({ size }) => size).join(),
          checksum: files.map(({ adler32 }) => `ad:${adler32}`).join(),
          scopeIn: files.map(({ scope }) => scope).join(),
          ddmEndPointIn: files.map(({ rse }) => rse).join(),
        })
        const found = job.inputs.map(({ lfn, guid, size, checksum, scope, rse }) => ({
          lfn,
          guid,
          size,
          adler32: checksum?.value,
          scope,
          rse,
        }))
        expect(found).toEqual(files)
      }),
    )
  })

  test('keep their own scopes when the log, which has none in the list, stands anywhere among the outputs', () => {
    fc.assert(
      fc.property(outputs, fc.nat(), (files, place) => {
        const withLog = files.toSpliced(place % (files.length + 1), 0, {
          lfn: 'log.tgz',
          scope: '',
          dataset: 'd',
          rse: 'r',
        })
        const job = read({
          outFiles: withLog.map(({ lfn }) => lfn).join(),
          scopeOut: files.map(({ scope }) => scope).join(),
          realDatasets: withLog.map(({ dataset }) => dataset).join(),
          ddmEndPointOut: withLog.map(({ rse }) => rse).join(),
        })
        expect(job.outputs.map(({ lfn, scope, dataset, rse }) => ({ lfn, scope, dataset, rse }))).toEqual(files)
        expect(job.log).toMatchObject({ lfn: 'log.tgz', scope: 'mc', dataset: 'd', rse: 'r' })
      }),
    )
  })
})
