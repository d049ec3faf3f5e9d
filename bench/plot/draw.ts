import { BarChart, type BarSeriesOption, CustomChart, type CustomSeriesOption } from 'echarts/charts'
import { GridComponent, TitleComponent } from 'echarts/components'
import { type EChartsCoreOption, init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { short } from '../print.ts'
import type { Panel } from './panels.ts'

use([BarChart, CustomChart, GridComponent, TitleComponent, SVGRenderer])

/** Colours of a page's own background, so that a picture stands on either. */
const colours = {
  light: { text: '#1f2328', faint: '#59636e', line: '#d1d9e0', ours: '#0969da', peer: '#9aa4af' },
  dark: { text: '#f0f6fc', faint: '#9198a1', line: '#3d444d', ours: '#4493f8', peer: '#656c76' },
} as const
type Theme = keyof typeof colours
export const themes: readonly Theme[] = ['light', 'dark']

/** Pixels. */
const width = 800
const rowHeight = 22
const titleHeight = 26
const headingHeight = 26
const axisHeight = 30
const rightOfAxis = 100
const characterWidth = 6.6
const noteHeight = 16

/** A panel and where its parts begin, in pixels from the top. */
interface Placed {
  readonly panel: Panel
  readonly heading: number
  readonly title: number
  readonly grid: number
  readonly height: number
}

/** Bars of the medians, a line from minimum to maximum on each, the median written beside it; `notes` stand below. */
export function draw(panels: readonly Panel[], notes: readonly string[], theme: Theme): string {
  const { text: ink } = colours[theme]
  const placed = place(panels)
  const end = placed.reduce((bottom, { grid, height }) => Math.max(bottom, grid + height + axisHeight), 0)
  const option: EChartsCoreOption = {
    animation: false,
    textStyle: { fontFamily: 'Helvetica, Arial, sans-serif', color: ink },
    title: [...titles(placed, theme), ...notes.map((note, row) => small(note, end + 8 + row * noteHeight, theme))],
    ...axes(placed, theme),
    series: placed.flatMap(({ panel }, index) => [barSeries(panel, index, theme), spreadSeries(panel, index, ink)]),
  }
  const height = end + 16 + notes.length * noteHeight
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height })
  chart.setOption(option)
  const svg = chart.renderToSVGString()
  chart.dispose()
  return svg
}

function place(panels: readonly Panel[]): readonly Placed[] {
  let top = 0
  return panels.map((panel) => {
    const heading = top
    const title = heading + (panel.heading === undefined ? 0 : headingHeight)
    const grid = title + titleHeight
    const height = panel.bars.length * rowHeight
    top = grid + height + axisHeight
    return { panel, heading, title, grid, height }
  })
}

function titles(placed: readonly Placed[], theme: Theme): object[] {
  const { text: color } = colours[theme]
  return placed.flatMap(({ panel, heading, title }) => [
    ...(panel.heading === undefined ? [] : [textAt(panel.heading, heading + 6, { fontSize: 14, color })]),
    small(panel.title, title + 6, theme),
  ])
}

function small(text: string, top: number, theme: Theme): object {
  return textAt(text, top, { fontSize: 12, fontWeight: 'normal', color: colours[theme].faint })
}

function textAt(text: string, top: number, textStyle: object): object {
  return { text, left: 8, top, padding: 0, textStyle }
}

/** The names all begin in one column, so that the bars of all panels do. */
function axes(placed: readonly Placed[], theme: Theme): Pick<EChartsCoreOption, 'grid' | 'xAxis' | 'yAxis'> {
  const { text, faint, line } = colours[theme]
  const longestName = Math.max(...placed.flatMap(({ panel }) => panel.bars.map(({ name }) => name.length)))
  const left = Math.ceil(longestName * characterWidth) + 16
  const formatter = (value: number): string => String(Number(value.toPrecision(3)))
  return {
    grid: placed.map(({ grid, height }) => ({ left, right: rightOfAxis, top: grid, height })),
    xAxis: placed.map(({ panel: { axis } }, gridIndex) => ({
      ...axis,
      // Bars grow from here; on a log axis they would from 1.
      startValue: axis.min,
      gridIndex,
      splitNumber: 5,
      splitLine: { lineStyle: { color: line } },
      axisLabel: { color: faint, fontSize: 11, hideOverlap: true, formatter },
    })),
    yAxis: placed.map(({ panel: { bars } }, gridIndex) => ({
      type: 'category',
      inverse: true,
      gridIndex,
      data: bars.map(({ name }) => name),
      axisLine: { lineStyle: { color: faint } },
      axisTick: { show: false },
      axisLabel: { color: text, fontSize: 12 },
    })),
  }
}

function barSeries({ bars }: Panel, index: number, theme: Theme): BarSeriesOption {
  const { ours, peer } = colours[theme]
  return {
    type: 'bar',
    xAxisIndex: index,
    yAxisIndex: index,
    barWidth: '60%',
    data: bars.map((bar) => ({ value: bar.spread.median, itemStyle: { color: bar.ours ? ours : peer } })),
  }
}

/** The line and the number of each bar. */
function spreadSeries({ bars, unit }: Panel, index: number, colour: string): CustomSeriesOption {
  return {
    type: 'custom',
    xAxisIndex: index,
    yAxisIndex: index,
    z: 5,
    data: bars.map(({ spread: { min, median, max } }, row) => [max, row, min, median]),
    renderItem(_, api) {
      const row = api.value(1)
      const [right = 0, y = 0] = api.coord([api.value(0), row])
      const [left = 0] = api.coord([api.value(2), row])
      const label = `${short(Number(api.value(3)))} ${unit}`.trimEnd()
      return {
        type: 'group',
        children: [
          { type: 'line', shape: { x1: left, y1: y, x2: right, y2: y }, style: { stroke: colour, lineWidth: 1.5 } },
          { type: 'text', x: right + 6, y: y - 6, style: { text: label, fill: colour, fontSize: 12 } },
        ],
      }
    },
  }
}
