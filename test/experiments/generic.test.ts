import { describe, expect, test } from 'vitest'
import { generic } from '../../src/experiments/generic.ts'
import type { PayloadTraces } from '../../src/experiments/port.ts'
import type { ReportedOutput } from '../../src/job/job-report.ts'
import { jobWith, reportWith } from './job.ts'

const bases = ['https://panda.example.org/trf/user']

describe('plan', () => {
  test('a transform to be downloaded runs from the job directory, its parameters unchanged', () => {
    const transformation = 'https://panda.example.org/trf/user/runGen'
    const jobPars = `-p "a b" --out='%OUT' $HOME; echo done`
    expect(generic.plan(jobWith({ transformation, jobPars }), bases)).toEqual({
      kind: 'plan',
      plan: {
        transform: { kind: 'download', url: transformation, name: 'runGen' },
        commandLine: `./runGen ${jobPars}`,
        environment: {},
      },
    })
  })

  test('a plain name is looked for in the job directory, an absolute path is used as it is', () => {
    expect(generic.plan(jobWith({ transformation: 'run.sh', jobPars: '3' }), [])).toMatchObject({
      plan: { transform: { kind: 'present', name: 'run.sh' }, commandLine: './run.sh 3' },
    })
    expect(generic.plan(jobWith({ transformation: '/usr/bin/true' }), [])).toMatchObject({
      plan: { transform: { kind: 'present', name: '/usr/bin/true' }, commandLine: '/usr/bin/true' },
    })
  })

  test('a transform from elsewhere is refused with 1149, the URL and what is allowed', () => {
    const refused = generic.plan(jobWith({ transformation: 'https://evil.net/trf/user/x' }), bases)
    expect(refused).toMatchObject({ kind: 'refused', finding: { name: 'TRFDOWNLOADFAILURE', phase: 'preparing' } })
    const text = refused.kind === 'refused' ? refused.finding.detail : ''
    expect(text).toContain('https://evil.net/trf/user/x')
    expect(text).toContain('https://panda.example.org/trf/user')
  })
})

describe('diagnose', () => {
  const ended = (exitCode: number, rest: Partial<PayloadTraces> = {}): PayloadTraces => ({
    end: { kind: 'exited', exitCode, cpuSeconds: 1 },
    report: undefined,
    stdout: {},
    stderr: {},
    ...rest,
  })

  test('exit 0 without a complaint of the report is a success', () => {
    expect(generic.diagnose(jobWith({}), ended(0))).toEqual([])
    expect(generic.diagnose(jobWith({}), ended(0, { report: reportWith({ exitCode: 0 }) }))).toEqual([])
  })

  test('exit 0 is a failure when the report says so', () => {
    const findings = generic.diagnose(jobWith({}), ended(0, { report: reportWith({ exitCode: 3 }) }))
    expect(findings).toMatchObject([{ name: 'UNKNOWNPAYLOADFAILURE' }])
  })

  test('a failure is not turned into a success by the report', () => {
    const findings = generic.diagnose(jobWith({}), ended(255, { report: reportWith({ exitCode: 0, exitMsg: 'OK' }) }))
    expect(findings).toMatchObject([{ name: 'PAYLOADEXECUTIONFAILURE', detail: 'exit code 255' }])
  })

  test('the refusals of a container are looked for when the job names one', () => {
    const traces = ended(1, { stderr: { SINGULARITYGENERALFAILURE: 'Operation not permitted' } })
    const [first] = generic.diagnose(jobWith({ container_name: 'docker://img' }), traces)
    expect(first?.name).toBe('SINGULARITYGENERALFAILURE')
  })
})

describe('outputs', () => {
  const job = jobWith({
    outFiles: 'must.root,may.root',
    scopeOut: 'scope,scope',
    realDatasets: 'ds1,ds2',
    ddmEndPointOut: 'SE,SE',
    allowNoOutput: ['may.root'],
  })
  const written = (name: string, fields: Partial<ReportedOutput> = {}): ReportedOutput => ({
    name,
    guid: undefined,
    size: undefined,
    nEntries: undefined,
    ...fields,
  })
  const names = (outputs?: readonly ReportedOutput[]) =>
    generic.outputs(job, outputs === undefined ? undefined : reportWith({ outputs })).map(({ lfn }) => lfn)

  test('without a list in a report all stay', () => {
    expect(names()).toEqual(['must.root', 'may.root'])
    expect(generic.outputs(job, reportWith({}))).toEqual(job.outputs)
  })

  test('those that may be missing go when the report does not know them, others stay to be missed', () => {
    expect(names([])).toEqual(['must.root'])
    expect(names([written('may.root', { nEntries: 7 })])).toEqual(['must.root', 'may.root'])
  })

  test('without entries only those that may be missing go; unknown entries are no reason', () => {
    expect(names([written('must.root', { nEntries: 0 }), written('may.root', { nEntries: 0 })])).toEqual(['must.root'])
    expect(names([written('must.root'), written('may.root')])).toEqual(['must.root', 'may.root'])
  })

  test('the GUID is that of the report; names that are no outputs are ignored', () => {
    const outputs = [
      written('must.root', { guid: 'ABCD' }),
      written('may.root', { guid: '' }),
      written('other', { guid: 'X' }),
    ]
    const found = generic.outputs(job, reportWith({ outputs }))
    expect(found.map(({ lfn, guid }) => [lfn, guid])).toEqual([
      ['must.root', 'ABCD'],
      ['may.root', undefined],
    ])
  })
})

test('all inputs are transferred', () => {
  const job = jobWith({
    inFiles: 'a,b',
    fsize: '1,2',
    checksum: 'ad:00000001,ad:00000002',
    scopeIn: 's,s',
    GUID: 'g,h',
  })
  expect(generic.inputs(job).map(({ lfn }) => lfn)).toEqual(['a', 'b'])
})

test('the pilot id leaves an unknown batch type out', () => {
  expect(generic.pilotId('0.1.0', 'PR', 'Condor', 'http://logs/1.out')).toBe('http://logs/1.out|Condor|PR|0.1.0')
  expect(generic.pilotId('0.1.0', 'PR', '', 'unknown')).toBe('unknown|PR|0.1.0')
})
