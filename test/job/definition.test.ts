import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type JobDefinition, type ParsedDefinition, parseDefinition } from '../../src/job/definition.ts'
import { wireDefinition } from '../model/examples.ts'

const parse = (changes: Readonly<Record<string, unknown>> = {}): ParsedDefinition =>
  parseDefinition({ ...wireDefinition, ...changes })

function jobOf(changes: Readonly<Record<string, unknown>> = {}): JobDefinition {
  const parsed = parse(changes)
  if (parsed.kind !== 'job') throw new Error(`refused: ${parsed.problems.map(({ text }) => text).join('; ')}`)
  return parsed.job
}

/** The names of what is wrong. */
function problemsOf(changes: Readonly<Record<string, unknown>>): string[] {
  const parsed = parse(changes)
  return parsed.kind === 'refused' ? parsed.problems.map(({ name }) => name) : []
}

describe('a job definition', () => {
  test('without a PandaID is refused, and there is no job to report', () => {
    for (const PandaID of [undefined, null, 'NULL', '', 0, -1, 'x', 1.5, {}, []]) {
      const parsed = parse({ PandaID })
      expect(parsed).toMatchObject({ kind: 'refused', job: undefined })
      expect(problemsOf({ PandaID })).toEqual(['CONVERSIONFAILURE'])
    }
  })

  test.each([
    ['a name with a directory', { inFiles: 'a/b.root,b.root' }, 'CONVERSIONFAILURE'],
    ['a name that leads upwards', { inFiles: '..,b.root' }, 'CONVERSIONFAILURE'],
    ['an output with a directory', { outFiles: '../out.root,log.tgz' }, 'BADOUTPUTFILENAME'],
    ['a log with a directory', { outFiles: 'out.root', logFile: '/etc/log.tgz' }, 'BADOUTPUTFILENAME'],
    ['a name too long', { inFiles: `${'a'.repeat(256)},b.root` }, 'LFNTOOLONG'],
    ['an output name too long', { outFiles: `${'a'.repeat(256)},log.tgz` }, 'LFNTOOLONG'],
    ['a checksum nobody knows', { checksum: 'sha1:00,ad:00000002' }, 'UNKNOWNCHECKSUMTYPE'],
    ['a size that is no number', { fsize: 'big,20' }, 'CONVERSIONFAILURE'],
    ['nothing to run', { transformation: 'NULL' }, 'CONVERSIONFAILURE'],
    ['one output twice', { outFiles: 'out.root,out.root,log.tgz' }, 'CONVERSIONFAILURE'],
    ['outputs without a scope', { scopeOut: 'NULL' }, 'CONVERSIONFAILURE'],
    ['no list where one is due', { inFiles: { toString: 1 } }, 'CONVERSIONFAILURE'],
  ])('with %s is refused with the code for it, and its job can be reported', (_, changes, name) => {
    expect(parse(changes)).toMatchObject({ kind: 'refused', job: { pandaId: 4711, inputs: [], outputs: [] } })
    expect(new Set(problemsOf(changes))).toEqual(new Set([name]))
  })

  test('tells everything that is wrong at once', () => {
    const changes = { inFiles: '/a,b.root', checksum: 'x:1,y:2', outFiles: '-o,log.tgz', transformation: '' }
    expect(problemsOf(changes).sort()).toEqual([
      'BADOUTPUTFILENAME',
      'CONVERSIONFAILURE',
      'CONVERSIONFAILURE',
      'UNKNOWNCHECKSUMTYPE',
    ])
  })

  test('reads the parallel lists by place: nothing shifts where a name is unset or comes twice', () => {
    const job = jobOf({ inFiles: 'a.root,NULL,a.root,zip://d.root', GUID: 'A,B,C,D', fsize: '1,2,3,4', checksum: '' })
    expect(job.inputs.map(({ lfn, guid, size }) => [lfn, guid, size])).toEqual([
      ['a.root', 'A', 1],
      ['d.root', 'D', 4],
    ])
  })

  test('pads a shorter list with what is not known, and says which files can only be verified by size', () => {
    const parsed = parse({ inFiles: 'a.root,b.root', GUID: 'A', fsize: '1', checksum: 'ad:00000001' })
    expect(parsed).toMatchObject({
      kind: 'job',
      job: { inputs: [{ guid: 'A' }, { guid: undefined, size: undefined, checksum: undefined }] },
      warnings: [expect.stringContaining('b.root')],
    })
  })

  test('gives the scopes to the outputs in turn, wherever the log stands', () => {
    for (const outFiles of [
      'log.tgz,x.root,y.root',
      'x.root,log.tgz,y.root',
      'x.root,y.root,log.tgz',
      'x.root,y.root',
    ]) {
      const { outputs, log } = jobOf({ outFiles, scopeOut: 'one,two', allowNoOutput: 'y.root' })
      expect(outputs.map(({ lfn, scope, mayBeMissing }) => [lfn, scope, mayBeMissing])).toEqual([
        ['x.root', 'one', false],
        ['y.root', 'two', true],
      ])
      expect(log).toMatchObject({ lfn: 'log.tgz', scope: 'mc', guid: 'C3', kind: 'log' })
    }
  })

  test('knows its secrets by their values, whichever way they are written', () => {
    const secrets = JSON.stringify({ token: 's3cret', pin: 123456, s3: '{"key":"in JSON in JSON"}' })
    expect(jobOf({ secrets, pilotSecrets: 'no json' }).secrets).toEqual([
      's3cret',
      '123456',
      'in JSON in JSON',
      'no json',
    ])
  })

  test('never makes the pilot stumble: any JSON is read or refused with a reason', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (raw) => {
        expectSound(parseDefinition(raw))
      }),
    )
  })

  test('never makes the pilot stumble over one bad field among good ones', () => {
    const weird = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom({ toString: 1 }, { valueOf: null }, [[{ toString: 0 }]], '__proto__'),
    )
    const keys = Object.keys(wireDefinition).concat('secrets', 'debug', 'loopingCheck', 'allowNoOutput', 'maxWalltime')
    fc.assert(
      fc.property(fc.constantFrom(...keys), weird, (key, value) => {
        expectSound(parse({ [key]: value }))
      }),
      { numRuns: 500 },
    )
  })
})

/** A job's files have safe names, each once; a refusal has a reason. */
function expectSound(parsed: ParsedDefinition): void {
  if (parsed.kind === 'refused') {
    expect(parsed.problems.length).toBeGreaterThan(0)
    return
  }
  const { inputs, outputs, pandaId, coreCount } = parsed.job
  for (const files of [inputs, outputs]) {
    const names = files.map(({ lfn }) => lfn)
    expect(new Set(names).size).toBe(names.length)
    for (const lfn of names) expect(lfn).toMatch(/^[^./-][^/]*$/)
  }
  expect(pandaId).toBeGreaterThan(0)
  expect(coreCount).toBeGreaterThan(0)
}
