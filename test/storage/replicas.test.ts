import { describe, expect, it } from 'vitest'
import { planStageIn } from '../../src/storage/replicas.ts'
import { endpointsWith, inputFile, queueWith, tools } from './samples.ts'

const endpoints = endpointsWith({
  NEAR: {
    read_lan: [
      ['davs://near:443', '/d/'],
      ['root://near:1094/', '/d/'],
    ],
    read_wan: [['root://near-wan:1094/', '/d/']],
  },
  ALSO_NEAR: { read_lan: [['root://also:1094/', '/d/']] },
  FAR: { read_lan: [['root://far-inside:1094/', '/d/']], read_wan: [['root://far:1094/', '/d/']] },
  WEB: { read_wan: [['davs://web:443', '/d/']] },
})
const queue = queueWith({
  acopytools: { read_lan: ['xrdcp'] },
  astorages: { read_lan: ['NEAR', 'ALSO_NEAR'] },
})
const options = { analysis: false, directory: '/launch', copytools: tools }
const path = 'mc23_13p6TeV/bb/55/EVNT.1._0001.pool.root.1'

function pfns(...question: Parameters<typeof planStageIn>): readonly string[] | number {
  const plan = planStageIn(...question)
  return plan.kind === 'planned' ? plan.replicas.map(({ pfn }) => pfn) : plan.error.code
}

describe('stage-in plan', () => {
  it('reads a local RSE by its LAN doors first, in the schemes of the tool', () => {
    expect(pfns(inputFile('NEAR'), queue, endpoints, options)).toEqual([
      `root://near:1094//d/${path}`,
      `root://near-wan:1094//d/${path}`,
    ])
  })

  it('reads an RSE of another site by its WAN door only', () => {
    expect(pfns(inputFile('FAR'), queue, endpoints, options)).toEqual([`root://far:1094//d/${path}`])
  })

  it('tries the local RSEs in order when the job names none', () => {
    expect(pfns(inputFile(undefined), queue, endpoints, options)).toEqual([
      `root://near:1094//d/${path}`,
      `root://near-wan:1094//d/${path}`,
      `root://also:1094//d/${path}`,
    ])
  })

  it('tries tool after tool as the queue names them', () => {
    const both = queueWith({ acopytools: { pr: ['gfal', 'xrdcp'] }, astorages: { read_lan: ['NEAR'] } })
    const plan = planStageIn(inputFile('NEAR'), both, endpoints, options)
    expect(plan.kind === 'planned' && plan.replicas.map(({ copytool, pfn }) => `${copytool} ${pfn}`)).toEqual([
      `gfal davs://near:443/d/${path}`,
      `gfal root://near:1094//d/${path}`,
      `gfal root://near-wan:1094//d/${path}`,
      `xrdcp root://near:1094//d/${path}`,
      `xrdcp root://near-wan:1094//d/${path}`,
    ])
  })

  it('passes over tools this pilot does not have while another is left', () => {
    const mixed = queueWith({ acopytools: { read_lan: ['rucio', 'xrdcp'] }, astorages: { read_lan: ['NEAR'] } })
    expect(planStageIn(inputFile('NEAR'), mixed, endpoints, options).kind).toBe('planned')
  })

  it('prefers the analysis RSEs of a unified queue for analysis', () => {
    const unified = queueWith({
      type: 'unified',
      acopytools: { read_lan: ['xrdcp'] },
      astorages: { read_lan: ['NEAR'], read_lan_analysis: ['ALSO_NEAR'] },
    })
    const found = pfns(inputFile(undefined), unified, endpoints, { ...options, analysis: true })
    expect(found).toEqual([`root://also:1094//d/${path}`])
  })

  it.each([
    ['no tool at all', { astorages: { read_lan: ['NEAR'] } }, 'NEAR', 1323],
    ['only tools this pilot lacks', { acopytools: { read_lan: ['lsm'] } }, 'NEAR', 1323],
    ['no RSE anywhere', { acopytools: { read_lan: ['xrdcp'] } }, undefined, 1133],
    ['an RSE nobody describes', { acopytools: { default: ['xrdcp'] } }, 'UNKNOWN', 1133],
    ['no door the tool can use', { copytools: { xrdcp: {} } }, 'WEB', 1313],
  ] as const)('with %s says so', (_what, fields, rse, code) => {
    expect(pfns(inputFile(rse), queueWith(fields), endpoints, options)).toBe(code)
  })

  it('computes no path on an RSE that has its own rule', () => {
    const odd = endpointsWith({ NEAR: { read_lan: [['root://near:1094/', '/d/']] } }, { is_deterministic: false })
    expect(pfns(inputFile('NEAR'), queue, odd, options)).toBe(1329)
  })

  it('names the queue, the tools wanted and the tools there are', () => {
    const plan = planStageIn(inputFile('NEAR'), queueWith({ acopytools: { read_lan: ['lsm'] } }), endpoints, options)
    expect(plan.kind === 'failed' && plan.error.text).toMatch(/EXAMPLE.*lsm.*mv, xrdcp, gfal/)
  })

  it('takes inputs of mv from the directory given, without asking any document', () => {
    const mounted = queueWith({ acopytools: { read_lan: ['mv'] } })
    expect(pfns(inputFile(undefined), mounted, new Map(), options)).toEqual(['/launch/EVNT.1._0001.pool.root.1'])
    const final = queueWith({ acopytools: { read_lan: ['mv'] }, catchall: 'mv_final_destination' })
    expect(pfns(inputFile(undefined), final, new Map(), options)).toEqual([`/launch/${path}`])
  })
})
