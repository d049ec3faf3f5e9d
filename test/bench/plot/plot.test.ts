import { join } from 'node:path'
import { XMLValidator } from 'fast-xml-parser'
import { describe, expect, test } from 'vitest'
import { draw, themes } from '../../../bench/plot/draw.ts'
import { newestResults } from '../../../bench/plot/newest.ts'
import { page } from '../../../bench/plot/page.ts'
import { type Panel, panelsOf } from '../../../bench/plot/panels.ts'

const directory = join(import.meta.dirname, 'results')
const results = await newestResults(directory)
if (results === undefined) throw new Error(`there are no results in ${directory}`)
const panels = panelsOf(results.reports.flatMap(({ comparisons }) => comparisons))

describe('results', () => {
  test('of one day: the ones measured last are taken', () => {
    expect(results.file).toBe('2026-01-02-vm.json')
  })

  test('there are none in a directory that is not there', async () => {
    expect(await newestResults(join(directory, 'nowhere'))).toBeUndefined()
  })
})

describe('panels', () => {
  test('show the figures the bench names, else the first', () => {
    expect(panels.map(({ heading, title }) => ({ heading, title }))).toEqual([
      { heading: 'one job', title: 'delay, s, log scale' },
      { heading: undefined, title: 'peak RSS, MB' },
      { heading: 'five jobs', title: 'first to last, s' },
    ])
  })

  test('have a log axis, and say so, only where a bar would vanish on a linear one', () => {
    expect(panels.map(({ axis }) => axis)).toEqual([
      { type: 'log', min: 0.1 },
      { type: 'value', min: 0 },
      { type: 'value', min: 0 },
    ])
  })

  test('leave out a figure that nobody has', () => {
    const bare = { what: 'w', units: { a: 's' }, rounds: 1, standings: [{ name: 'none', figures: {} }] }
    expect(panelsOf([bare])).toEqual([])
  })
})

describe('a picture', () => {
  test.each(themes)('is well-formed and names everybody and every median (%s)', (theme) => {
    const svg = draw(panels, ['2 cores & more'], theme)
    expect(XMLValidator.validate(svg)).toBe(true)
    const words = ['panda-pilot', 'A peer &amp; more', '0.300 s', '16.8 s', '148 MB', '6.50 s', '2 cores &amp; more']
    for (const word of words) expect(svg).toContain(`>${word}<`)
  })

  test('draws bars from the left end of the axis, as long as their medians', () => {
    const [, memory] = panels as [Panel, Panel, Panel]
    const [ours = 0, peer = 0] = barWidths(draw([memory], [], 'light'))
    expect(ours / peer).toBeCloseTo(90 / 148, 2)
  })

  test('draws bars from the left end of a log axis too', () => {
    const [delay] = panels as [Panel, Panel, Panel]
    const [ours = 0, peer = 0] = barWidths(draw([delay], [], 'light'))
    expect(ours / peer).toBeCloseTo(Math.log10(0.3 / 0.1) / Math.log10(16.8 / 0.1), 2)
  })
})

/** Pixels; the bars are the filled shapes in the colours of ours and peers, in their order. */
function barWidths(svg: string): number[] {
  return [...svg.matchAll(/<path d="M([\d.]+) [\d.]+l([\d.]+) 0l0 [\d.]+l-[\d.]+ 0Z" fill="#(?:0969da|9aa4af)"/g)].map(
    ([, , width]) => Number(width),
  )
}

test('the page shows every bench with its picture and its printed report', () => {
  const text = page(results)
  expect(text).toContain('[2026-01-02-vm.json](../../bench/results/2026-01-02-vm.json)')
  expect(text).toContain('src="turnaround-light.svg"')
  expect(text).toContain('reached  delay, s: 0.300 (at most 0.336)')
  expect(text).toContain('not measured: Python pilot (it is not here)')
})
