import { LineChart, type LineSeriesOption } from 'echarts/charts'
import {
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TitleComponent,
} from 'echarts/components'
import { type EChartsCoreOption, init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import type { HerdFigures } from './figures.ts'
import { type Acts, actsOf, binAt, type HerdOrder } from './order.ts'
import { endings, type Tally } from './tally.ts'

use([GridComponent, LegendComponent, LineChart, MarkAreaComponent, MarkLineComponent, SVGRenderer, TitleComponent])

/** Its file name without `.svg`, and the SVG. */
export type Picture = readonly [name: string, svg: string]

interface Curve {
  readonly name: string
  readonly colour: string
  /** From the beginning of the calm time, one for each bin. */
  readonly values: readonly number[]
  /** Filled, and piled on the curves before it. */
  readonly piled?: boolean
}

interface Subject {
  readonly title: string
  readonly unit: string
  readonly curves: readonly Curve[]
  /** Drawn across the picture. */
  readonly levels?: readonly { readonly name: string; readonly value: number }[]
}

const colours = { served: '#0969da', unserved: '#9aa4af', waiting: '#bc4c00', idle: '#8250df' }
const endingColours = ['#1a7f37', '#cf222e', '#9a6700', '#6e7781']
const ink = '#1f2328'
const faint = '#59636e'
const outageColour = 'rgba(209, 36, 47, 0.08)'

/** Pixels. */
const width = 860
const titleHeight = 36
const legendHeight = 20
const chartHeight = 270
const space = { left: 76, right: 96, above: 34, below: 50 }

/** Requests a second at the server, slots that do no work, and how jobs ended, from two hours before the outage. */
export function pictures(order: HerdOrder, tally: Tally, { mean }: HerdFigures): readonly Picture[] {
  const acts = actsOf(order)
  const scale = order.pilots / order.sample
  const shown = (counts: readonly number[]) => counts.slice(binAt(acts, acts.calm) + 1).map((count) => count * scale)
  const rate = (counts: readonly number[]) => shown(counts).map((count) => count / (acts.bin / 1000))
  const play = `${order.pilots.toLocaleString('en')} pilots, the server away for ${hours(order.outage)} h`
  const requests: Subject = {
    title: `Requests at the server: ${play}`,
    unit: 'requests/s',
    curves: [
      { name: 'meeting no server', colour: colours.unserved, values: rate(tally.unserved) },
      { name: 'at the server', colour: colours.served, values: rate(tally.served) },
    ],
    levels: [
      { name: 'mean before', value: mean },
      { name: '3 × mean', value: 3 * mean },
    ],
  }
  const waiting: Subject = {
    title: `Slots that do no work: ${play}`,
    unit: 'slots',
    curves: [
      { name: 'with an outcome that the server has not taken', colour: colours.waiting, values: shown(tally.waiting) },
      { name: 'without a job', colour: colours.idle, values: shown(tally.idle) },
    ],
  }
  const outcomes: Subject = {
    title: `Jobs ended, added up: ${play}`,
    unit: 'jobs',
    curves: endings.map((name, index) => ({
      name,
      colour: endingColours[index] ?? ink,
      values: addedUp(shown(tally.ended[name])),
      piled: true,
    })),
  }
  return [
    ['requests', draw(acts, requests)],
    ['waiting', draw(acts, waiting)],
    ['outcomes', draw(acts, outcomes)],
  ]
}

function draw(acts: Acts, subject: Subject): string {
  const { title, curves } = subject
  const top = titleHeight + curves.length * legendHeight + space.above
  const option: EChartsCoreOption = {
    animation: false,
    backgroundColor: '#ffffff',
    textStyle: { fontFamily: 'Helvetica, Arial, sans-serif', color: ink },
    title: { text: title, left: 12, top: 10, textStyle: { fontSize: 15, color: ink } },
    // One below the other: without a screen nobody knows how wide a name is.
    legend: {
      ...{ top: titleHeight, left: 12, orient: 'vertical', icon: 'roundRect', itemGap: 6 },
      ...{ itemWidth: 14, itemHeight: 8, textStyle: { color: ink }, data: curves.map(({ name }) => name) },
    },
    grid: { left: space.left, right: space.right, top, height: chartHeight },
    ...axes(acts, subject),
    series: [outageAndLevels(acts, subject), ...curves.map((curve) => seriesOf(acts, curve))],
  }
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height: top + chartHeight + space.below })
  chart.setOption(option)
  const svg = chart.renderToSVGString()
  chart.dispose()
  return svg
}

function axes(acts: Acts, { unit }: Subject): Pick<EChartsCoreOption, 'xAxis' | 'yAxis'> {
  return {
    xAxis: {
      type: 'value',
      min: hourIn(acts, acts.calm),
      max: hourIn(acts, acts.end),
      ...{ name: 'hours since the server went away', nameLocation: 'middle', nameGap: 28 },
      nameTextStyle: { color: faint },
      splitLine: { show: false },
      // The ends are seldom whole hours.
      axisLabel: { color: faint, showMinLabel: false, showMaxLabel: false },
    },
    yAxis: {
      type: 'value',
      min: 0,
      ...{ name: unit, nameTextStyle: { color: faint } },
      axisLine: { onZero: false },
      axisLabel: { color: faint, formatter: (value: number) => value.toLocaleString('en') },
    },
  }
}

function outageAndLevels(acts: Acts, { levels = [] }: Subject): LineSeriesOption {
  return {
    type: 'line',
    data: [],
    markArea: {
      silent: true,
      itemStyle: { color: outageColour },
      label: { show: true, position: 'insideTop', color: faint, formatter: 'server away' },
      data: [[{ xAxis: hourIn(acts, acts.away) }, { xAxis: hourIn(acts, acts.back) }]],
    },
    markLine: {
      ...{ silent: true, symbol: 'none' },
      lineStyle: { color: faint, type: 'dashed', width: 1 },
      label: { position: 'end', color: faint, formatter: '{b}' },
      data: levels.map(({ name, value }) => ({ name, yAxis: value })),
    },
  }
}

function seriesOf(acts: Acts, { name, colour, piled, values }: Curve): LineSeriesOption {
  const first = acts.back - (binAt(acts, acts.back) - binAt(acts, acts.calm) - 1) * acts.bin
  return {
    ...{ name, type: 'line', symbol: 'none', color: colour, lineStyle: { width: 1.5 } },
    data: values.map((value, bin) => [hourIn(acts, first + bin * acts.bin), value]),
    ...(piled ? { stack: 'all', areaStyle: { opacity: 0.35 } } : { step: 'end' }),
  }
}

function hourIn({ away }: Acts, time: number): number {
  return (time - away) / 3_600_000
}

function addedUp(values: readonly number[]): readonly number[] {
  let sum = 0
  return values.map((value) => {
    sum += value
    return sum
  })
}

function hours(ms: number): string {
  return String(Math.round(ms / 360_000) / 10)
}
