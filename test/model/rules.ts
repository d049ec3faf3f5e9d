import { describe, expect, test } from 'vitest'
import { alive, isClosed } from './history.ts'
import { breaking, lineOf, type Walk } from './walk.ts'

/** What every chart of the house must prove; prints the chart's line. */
export function provesTheChart(name: string, walked: Walk): void {
  process.stdout.write(`model ${name}: ${lineOf(walked)}\n`)

  describe(`the chart of ${name}`, () => {
    test('is walked through every state and transition', () => {
      expect(walked.missing).toEqual([])
    })

    test('can reach its end from every state', () => {
      expect(walked.stuck).toEqual([])
    })

    test('never breaks', () => {
      expect(breaking(walked, ({ history }) => history.some(({ kind }) => kind === 'broke'))).toEqual([])
    })

    test('never sends to a child that is over', () => {
      expect(breaking(walked, ({ history }) => history.some(({ kind }) => kind === 'lost'))).toEqual([])
    })

    test('leaves no child alive when it ends', () => {
      expect(breaking(walked, (path) => isClosed(path) && alive(path).length > 0)).toEqual([])
    })
  })
}
