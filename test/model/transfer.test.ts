import { describe, expect, test } from 'vitest'
import { type Source, type TransferResult, transferAttempts } from '../../src/job/transfer.ts'
import { ended, heard, isClosed, mostAtOnce, started, told } from './history.ts'
import { provesTheChart } from './rules.ts'
import { elsewhere, walkedTransfer } from './transfer-model.ts'
import { breaking, type Path } from './walk.ts'

provesTheChart('transfer', walkedTransfer)

describe('along every path a transfer', () => {
  test('tells its end exactly once, as the last thing it does', () => {
    expect(breaking(walkedTransfer, (path) => results(path).length !== (isClosed(path) ? 1 : 0))).toEqual([])
  })

  test('is stored exactly when its last copy was verified, or when it was there before', () => {
    const arrivals = ['verify verified', 'measure there already']
    expect(breaking(walkedTransfer, (path) => wasStored(path) !== arrivals.includes(`${lastStep(path)}`))).toEqual([])
    const way = (path: Path): Source | undefined =>
      results(path).flatMap((result) => ('way' in result ? [result.way] : []))[0]
    expect(
      breaking(walkedTransfer, (path) => (way(path) === elsewhere) !== (lastStep(path) === 'measure there already')),
    ).toEqual([])
  })

  test('is absent only when there was nothing to measure', () => {
    expect(
      breaking(walkedTransfer, (path) => results(path)[0]?.kind === 'absent' && lastStep(path) !== 'measure absent'),
    ).toEqual([])
  })

  test('is cancelled when it was told so, whatever happened before or after', () => {
    const isCancelled = (path: Path): boolean => results(path)[0]?.kind === 'cancelled'
    expect(
      breaking(walkedTransfer, (path) => isClosed(path) && isCancelled(path) !== path.moves.includes('cancel')),
    ).toEqual([])
  })

  test('waits for a copy that was told to stop', () => {
    expect(
      breaking(walkedTransfer, (path) => started(path, 'copy').length > ended(path, 'copy').length && isClosed(path)),
    ).toEqual([])
    expect(
      breaking(
        walkedTransfer,
        (path) => heard(path, 'copy', 'task.abort').length > 0 && !path.moves.includes('cancel'),
      ),
    ).toEqual([])
  })

  test('copies one try at a time, never more tries than allowed, each by the next way', () => {
    expect(breaking(walkedTransfer, (path) => mostAtOnce(path, 'copy') > 1)).toEqual([])
    expect(breaking(walkedTransfer, (path) => started(path, 'copy').length > transferAttempts)).toEqual([])
    const waysOf = (path: Path): string[] => started<{ way: { pfn: string } }>(path, 'copy').map(({ way }) => way.pfn)
    expect(
      breaking(walkedTransfer, (path) =>
        waysOf(path).some((pfn, index, all) => index > 0 && pfn !== '' && pfn === all[index - 1]),
      ),
    ).toEqual([])
  })

  test('measures an output before it is copied', () => {
    expect(
      breaking(
        walkedTransfer,
        (path) =>
          path.moves[0] === 'output' &&
          started(path, 'copy').length > 0 &&
          !ended(path, 'measure').includes('measured'),
      ),
    ).toEqual([])
  })
})

function results(path: Path): TransferResult[] {
  return told(path, 'transfer.ended').map(({ result }) => result as TransferResult)
}

function wasStored(path: Path): boolean {
  return results(path)[0]?.kind === 'stored'
}

function lastStep({ history }: Path): string | undefined {
  const last = history.findLast(({ kind }) => kind === 'ended')
  return last?.kind === 'ended' ? `${last.child} ${last.how}` : undefined
}
