import { describe, expect, it } from 'vitest'
import { chooseStorage, planStageOut } from '../../src/storage/destinations.ts'
import { endpointsWith, outputFile, queueWith, tools } from './samples.ts'

describe('destination and alternative', () => {
  const storages = ['A', 'B', 'C']
  it.each([
    ['nothing requested', undefined, [], 'A', 'B'],
    ['nothing requested, the next one excluded', undefined, ['B'], 'A', 'C'],
    ['one of the queue’s', 'C', [], 'C', 'A'],
    ['one of the queue’s, all others excluded', 'B', ['A', 'C'], 'B', undefined],
    ['one of elsewhere', 'X', [], 'A', 'X'],
    ['one of elsewhere, excluded', 'X', ['X'], 'A', undefined],
  ] as const)('%s', (_what, requested, excluded, destination, alternative) => {
    expect(chooseStorage(requested, storages, excluded)).toEqual({ destination, alternative })
  })

  it('is nothing where the queue has no storage', () => {
    expect(chooseStorage('X', [], [])).toEqual({ destination: undefined, alternative: undefined })
  })
})

const endpoints = endpointsWith({
  DATA: {
    write_lan: [
      ['davs://dav:443', '/d/'],
      ['root://xrd:1094/', '/d/'],
    ],
    write_wan: [['davs://dav-wan:443', '/d/']],
  },
  SCRATCH: { write_lan: [['root://scratch:1094/', '/s/']] },
  FAR: { write_wan: [['root://far:1094/', '/f/']] },
  MOUNTED: { write_lan: [['file://localhost', '/mnt/']] },
})
const options = { analysis: false, directory: '/launch', copytools: tools, alternative: false, excluded: [] }
const queue = queueWith({
  type: 'unified',
  acopytools: { write_lan: ['xrdcp'], pl: ['gfal'], write_lan_analysis: ['gfal', 'xrdcp'] },
  astorages: { write_lan: ['DATA', 'SCRATCH'], pl: ['SCRATCH'], write_lan_analysis: ['SCRATCH'] },
})
const path = 'mc23_13p6TeV/34/86/HITS.1._0001.pool.root.1'

function ways(...question: Parameters<typeof planStageOut>): readonly string[] | number {
  const plan = planStageOut(...question)
  return plan.kind === 'planned'
    ? plan.replicas.map(({ copytool, rse, pfn }) => `${copytool} ${rse} ${pfn}`)
    : plan.error.code
}

describe('stage-out plan', () => {
  it('writes to the requested RSE by one door: the first the tool can use', () => {
    expect(ways(outputFile('DATA'), queue, endpoints, options)).toEqual([`xrdcp DATA root://xrd:1094//d/${path}`])
  })

  it('writes to the queue’s first RSE when the requested one is not its own', () => {
    expect(ways(outputFile('FAR'), queue, endpoints, options)).toEqual([`xrdcp DATA root://xrd:1094//d/${path}`])
  })

  it('adds the alternative, by its WAN door if it is not the queue’s', () => {
    const allowed = { ...options, alternative: true }
    expect(ways(outputFile('DATA'), queue, endpoints, allowed)).toEqual([
      `xrdcp DATA root://xrd:1094//d/${path}`,
      `xrdcp SCRATCH root://scratch:1094//s/${path}`,
    ])
    expect(ways(outputFile('FAR'), queue, endpoints, allowed)).toEqual([
      `xrdcp DATA root://xrd:1094//d/${path}`,
      `xrdcp FAR root://far:1094//f/${path}`,
    ])
  })

  it('sends the log by the activity of logs', () => {
    expect(ways(outputFile(undefined, 'log'), queue, endpoints, options)).toEqual([
      `gfal SCRATCH root://scratch:1094//s/${path}`,
    ])
  })

  it('keeps analysis outputs of a unified queue apart', () => {
    expect(ways(outputFile(undefined), queue, endpoints, { ...options, analysis: true })).toEqual([
      `gfal SCRATCH root://scratch:1094//s/${path}`,
      `xrdcp SCRATCH root://scratch:1094//s/${path}`,
    ])
  })

  it.each(['pw', 'w', 'write_lan', 'default'])('finds the tools under %s', (activity) => {
    const old = queueWith({ acopytools: { [activity]: ['xrdcp'] }, astorages: { w: ['DATA'] } })
    expect(ways(outputFile(undefined), old, endpoints, options)).toEqual([`xrdcp DATA root://xrd:1094//d/${path}`])
  })

  it.each([
    ['no tool', { astorages: { write_lan: ['DATA'] } }, 1323],
    ['no storage', { acopytools: { write_lan: ['xrdcp'] } }, 1133],
    ['a storage nobody describes', { acopytools: { w: ['xrdcp'] }, astorages: { w: ['GONE'] } }, 1133],
    ['no door the tool can use', { acopytools: { w: ['xrdcp'] }, astorages: { w: ['MOUNTED'] } }, 1313],
    [
      'a final destination that is not mounted',
      { acopytools: { w: ['mv'] }, astorages: { w: ['SCRATCH'] }, catchall: 'mv_final_destination' },
      1341,
    ],
  ] as const)('with %s says so', (_what, fields, code) => {
    expect(ways(outputFile(undefined), queueWith(fields), endpoints, options)).toBe(code)
  })
})

describe('stage-out by mv', () => {
  const mounted = { acopytools: { write_lan: ['mv'] }, astorages: { write_lan: ['DATA'] } }

  it('moves into the directory given and tells the URL others will bring it to', () => {
    expect(planStageOut(outputFile('DATA'), queueWith(mounted), endpoints, options)).toEqual({
      kind: 'planned',
      replicas: [
        {
          pfn: '/launch/HITS.1._0001.pool.root.1',
          turl: `davs://dav:443/d/${path}`,
          rse: 'DATA',
          copytool: 'mv',
        },
      ],
    })
  })

  it('needs no storage document', () => {
    const plan = planStageOut(outputFile(undefined), queueWith({ copytools: { mv: {} } }), new Map(), options)
    expect(plan).toMatchObject({
      replicas: [{ turl: 'file://localhost/launch/HITS.1._0001.pool.root.1', rse: undefined }],
    })
  })

  it('moves to the path of the storage itself where the queue says so', () => {
    const final = queueWith({
      acopytools: { write_lan: ['mv'] },
      astorages: { write_lan: ['MOUNTED'] },
      catchall: 'x=1,mv_final_destination',
    })
    expect(ways(outputFile('MOUNTED'), final, endpoints, options)).toEqual([`mv MOUNTED /mnt/${path}`])
  })
})
