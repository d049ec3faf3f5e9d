import { describe, expect, test } from 'vitest'
import {
  type CopyStep,
  type MeasureStep,
  type Source,
  type StepFailure,
  type TransferResult,
  transferAttempts,
  type VerifyStep,
} from '../../src/job/transfer.ts'
import { transferMachine } from '../../src/machines/transfer.ts'
import { finding, orderOf } from './examples.ts'
import { ended, heard, isClosed, mostAtOnce, started, told } from './history.ts'
import { provesTheChart } from './rules.ts'
import { answers, breaking, type Path, walk } from './walk.ts'

const retry: StepFailure = { kind: 'failed', finding: finding('STAGEINFAILED'), advice: 'retry' }
const otherReplica: StepFailure = { ...retry, advice: 'other-replica' }
const giveUp: StepFailure = { ...retry, advice: 'give-up' }
const elsewhere: Source = { pfn: '/before/file', turl: '/before/file', rse: undefined, copytool: 'mv' }
const file = { size: 10, adler32: '00000001' }

const walked = walk({
  machine: transferMachine,
  starts: {
    input: orderOf('a.root', 'in'),
    output: orderOf('a.root', 'out'),
    'input without a way': { ...orderOf('a.root', 'in'), ways: [] },
  },
  messages: { cancel: { type: 'transfer.cancel' } },
  children: {
    measure: answers({
      'there already': { kind: 'there', file, way: elsewhere } satisfies MeasureStep,
      measured: { kind: 'measured', file } satisfies MeasureStep,
      absent: { kind: 'absent' } satisfies MeasureStep,
      unreadable: giveUp,
    }),
    copy: answers({
      copied: { kind: 'copied', linked: false, remote: file } satisfies CopyStep,
      retry,
      'other replica': otherReplica,
      'give up': giveUp,
    }),
    verify: answers({ verified: { kind: 'verified', file } satisfies VerifyStep, retry, 'give up': giveUp }),
  },
  tellsApart: ({ attempts, cancelled, failure }) => [attempts, cancelled, failure?.advice],
  remembers: ({ moves }) => moves.includes('cancel'),
})

provesTheChart('transfer', walked)

describe('along every path a transfer', () => {
  test('tells its end exactly once, as the last thing it does', () => {
    expect(breaking(walked, (path) => results(path).length !== (isClosed(path) ? 1 : 0))).toEqual([])
  })

  test('is stored exactly when its last copy was verified, or when it was there before', () => {
    const arrivals = ['verify verified', 'measure there already']
    expect(breaking(walked, (path) => wasStored(path) !== arrivals.includes(`${lastStep(path)}`))).toEqual([])
    const way = (path: Path): Source | undefined =>
      results(path).flatMap((result) => ('way' in result ? [result.way] : []))[0]
    expect(
      breaking(walked, (path) => (way(path) === elsewhere) !== (lastStep(path) === 'measure there already')),
    ).toEqual([])
  })

  test('is absent only when there was nothing to measure', () => {
    expect(
      breaking(walked, (path) => results(path)[0]?.kind === 'absent' && lastStep(path) !== 'measure absent'),
    ).toEqual([])
  })

  test('is cancelled when it was told so, whatever happened before or after', () => {
    const isCancelled = (path: Path): boolean => results(path)[0]?.kind === 'cancelled'
    expect(breaking(walked, (path) => isClosed(path) && isCancelled(path) !== path.moves.includes('cancel'))).toEqual(
      [],
    )
  })

  test('waits for a copy that was told to stop', () => {
    expect(
      breaking(walked, (path) => started(path, 'copy').length > ended(path, 'copy').length && isClosed(path)),
    ).toEqual([])
    expect(
      breaking(walked, (path) => heard(path, 'copy', 'task.abort').length > 0 && !path.moves.includes('cancel')),
    ).toEqual([])
  })

  test('copies one try at a time, never more tries than allowed, each by the next way', () => {
    expect(breaking(walked, (path) => mostAtOnce(path, 'copy') > 1)).toEqual([])
    expect(breaking(walked, (path) => started(path, 'copy').length > transferAttempts)).toEqual([])
    const waysOf = (path: Path): string[] => started<{ way: { pfn: string } }>(path, 'copy').map(({ way }) => way.pfn)
    expect(
      breaking(walked, (path) =>
        waysOf(path).some((pfn, index, all) => index > 0 && pfn !== '' && pfn === all[index - 1]),
      ),
    ).toEqual([])
  })

  test('measures an output before it is copied', () => {
    expect(
      breaking(
        walked,
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
