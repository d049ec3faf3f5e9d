import type { Comparison, Spread } from '../bench.ts'

/** One contestant's bar. */
export interface Bar {
  readonly name: string
  readonly ours: boolean
  readonly spread: Spread
}

/** One figure of one comparison, ready to be drawn. */
export interface Panel {
  /** What was compared; on the first panel of a comparison only. */
  readonly heading?: string
  readonly title: string
  readonly unit: string
  readonly bars: readonly Bar[]
  readonly axis: { readonly type: 'value' | 'log'; readonly min: number }
}

/** From this ratio of the largest to the smallest median on, small bars would vanish on a linear axis. */
const widestLinear = 20

export function panelsOf(comparisons: readonly Comparison[]): readonly Panel[] {
  return comparisons.flatMap((comparison) =>
    plottedFigures(comparison).map((figure, index) => panel(comparison, figure, index === 0)),
  )
}

/** Those of them that anybody has. */
function plottedFigures({ units, plotted, standings }: Comparison): readonly string[] {
  const wanted = plotted ?? Object.keys(units).slice(0, 1)
  return wanted.filter((figure) => standings.some(({ figures }) => figure in figures))
}

function panel({ what, units, standings }: Comparison, figure: string, first: boolean): Panel {
  const bars = standings.flatMap(({ name, figures: { [figure]: spread } }, index): Bar[] =>
    spread === undefined ? [] : [{ name, ours: index === 0 || name.startsWith('panda-pilot'), spread }],
  )
  const unit = units[figure] ?? ''
  const axis = axisFor(bars.map(({ spread }) => spread))
  const title = [figure, unit, axis.type === 'log' ? 'log scale' : ''].filter((part) => part !== '').join(', ')
  return { ...(first && { heading: what }), title, unit, bars, axis }
}

/** A log axis begins at a power of ten so far below the smallest bar that this can be seen. */
function axisFor(spreads: readonly Spread[]): Panel['axis'] {
  const least = Math.min(...spreads.map(({ min }) => min))
  const medians = spreads.map(({ median }) => median)
  const wide = Math.max(...medians) / Math.min(...medians) >= widestLinear
  return wide && least > 0 ? { type: 'log', min: 10 ** Math.floor(Math.log10(least / 2)) } : { type: 'value', min: 0 }
}
