import { describe, expect, test } from 'vitest'
import type { DataOutput } from '../../src/machines/data.ts'
import { failures, walkedData } from './data-model.ts'
import { alive, ended, endOf, follows, isClosed, mostAtOnce, moveOf, outputOf, startOf, stopOf } from './history.ts'
import { provesTheChart } from './rules.ts'
import { breaking, type Path } from './walk.ts'

provesTheChart('data', walkedData)

describe('along every path the data of one direction', () => {
  test('has as many files in flight as are allowed, and no more', () => {
    for (const [start, allowed] of Object.entries({ 'one by one': 1, 'two at once': 2, 'all at once': 3 })) {
      const paths = walkedData.paths.filter(({ moves }) => moves[0] === start)
      expect(Math.max(...paths.map((path) => mostAtOnce(path, 'transfer')))).toBe(allowed)
    }
  })

  test('ends every planned file exactly once, and counts those that were done before', () => {
    const expected = ({ moves }: Path): string =>
      moves.includes('plan partly done') ? 'a.root b.root c.root d.root' : 'a.root b.root c.root'
    const wasPlanned = (path: Path): boolean =>
      ended(path, 'plan').some((how) => how === 'planned' || how === 'partly done')
    const isWrong = (path: Path): boolean => wasPlanned(path) && isClosed(path) && endedFiles(path) !== expected(path)
    expect(breaking(walkedData, isWrong)).toEqual([])
  })

  test('starts no further file once one has failed or broken, or after a stop', () => {
    const failure = endOf('transfer', 'failed', 'broken')
    expect(breaking(walkedData, (path) => follows(path, failure, startOf('transfer')))).toEqual([])
    expect(breaking(walkedData, (path) => follows(path, moveOf('stop'), startOf('transfer')))).toEqual([])
  })

  test('tells every file in flight to stop', () => {
    expect(breaking(walkedData, (path) => path.moves.at(-1) === 'stop' && unstopped(path).length > 0)).toEqual([])
  })

  test('waits for every file in flight, after a failure and after a stop', () => {
    const cutOff = ({ history }: Path): boolean => history.some(stopOf('transfer'))
    expect(breaking(walkedData, cutOff)).toEqual([])
  })

  test('writes the catalogue only when every file is there', () => {
    const spoilt = endOf('transfer', 'failed', 'broken')
    expect(breaking(walkedData, (path) => follows(path, spoilt, startOf('settle')))).toEqual([])
    expect(breaking(walkedData, (path) => follows(path, moveOf('stop'), startOf('settle')))).toEqual([])
  })

  test('hands every finding up', () => {
    const isWrong = (path: Path): boolean =>
      isClosed(path) && outputOf<DataOutput>(path)?.findings.length !== failures(path)
    expect(breaking(walkedData, isWrong)).toEqual([])
  })
})

function endedFiles(path: Path): string | undefined {
  const results = outputOf<DataOutput>(path)?.results
  return results
    ?.map(({ lfn }) => lfn)
    .sort()
    .join(' ')
}

function unstopped(path: Path): string[] {
  const told = path.history.flatMap((happening) =>
    happening.kind === 'heard' && happening.message.type === 'transfer.cancel' ? [happening.id] : [],
  )
  return alive(path).filter((id) => id.startsWith('transfer:') && !told.includes(id))
}
