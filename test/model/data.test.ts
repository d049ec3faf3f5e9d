import { describe, expect, test } from 'vitest'
import type { TransferOrder, TransferResult } from '../../src/job/transfer.ts'
import { type DataInput, type DataOutput, type DataPlan, dataMachine } from '../../src/machines/data.ts'
import { assignment, finding, orderOf, storedResult } from './examples.ts'
import { alive, ended, endOf, follows, isClosed, mostAtOnce, moveOf, outputOf, startOf, stopOf } from './history.ts'
import { provesTheChart } from './rules.ts'
import type { Child, Ending } from './run.ts'
import { answers, breaking, type Path, walk } from './walk.ts'

const orders = ['a.root', 'b.root', 'c.root'].map((lfn) => orderOf(lfn, 'in'))
const stageIn: DataInput = { assignment, direction: 'in', outputs: [], most: 1 }

const walked = walk({
  machine: dataMachine,
  starts: {
    'one by one': stageIn,
    'two at once': { ...stageIn, direction: 'out', most: 2 },
    'all at once': { ...stageIn, direction: 'log', most: 3 },
  },
  messages: { stop: { type: 'data.stop' } },
  children: {
    plan: answers({
      planned: { orders, done: [], findings: [] } satisfies DataPlan,
      'partly done': { orders, done: [storedResult('d.root')], findings: [] } satisfies DataPlan,
      empty: { orders: [], done: [], findings: [] } satisfies DataPlan,
      refused: { orders: [], done: [], findings: [finding('NOREPLICAS')] } satisfies DataPlan,
    }),
    transfer: { ends: transferEnds },
    settle: answers({ settled: [], 'cannot be written': [finding('FILEHANDLINGFAILURE')] }),
  },
  tellsApart: ({ waiting, inFlight, findings, results }) => [
    waiting.length,
    inFlight.length,
    findings.length,
    results.length,
  ],
  remembers: (path) => [path.moves.includes('stop'), failures(path)],
})

provesTheChart('data', walked)

describe('along every path the data of one direction', () => {
  test('has as many files in flight as are allowed, and no more', () => {
    for (const [start, allowed] of Object.entries({ 'one by one': 1, 'two at once': 2, 'all at once': 3 })) {
      const paths = walked.paths.filter(({ moves }) => moves[0] === start)
      expect(Math.max(...paths.map((path) => mostAtOnce(path, 'transfer')))).toBe(allowed)
    }
  })

  test('ends every planned file exactly once, and counts those that were done before', () => {
    const expected = ({ moves }: Path): string =>
      moves.includes('plan partly done') ? 'a.root b.root c.root d.root' : 'a.root b.root c.root'
    const wasPlanned = (path: Path): boolean =>
      ended(path, 'plan').some((how) => how === 'planned' || how === 'partly done')
    const isWrong = (path: Path): boolean => wasPlanned(path) && isClosed(path) && endedFiles(path) !== expected(path)
    expect(breaking(walked, isWrong)).toEqual([])
  })

  test('starts no further file once one has failed or broken, or after a stop', () => {
    const failure = endOf('transfer', 'failed', 'broken')
    expect(breaking(walked, (path) => follows(path, failure, startOf('transfer')))).toEqual([])
    expect(breaking(walked, (path) => follows(path, moveOf('stop'), startOf('transfer')))).toEqual([])
  })

  test('tells every file in flight to stop', () => {
    expect(breaking(walked, (path) => path.moves.at(-1) === 'stop' && unstopped(path).length > 0)).toEqual([])
  })

  test('waits for every file in flight, after a failure and after a stop', () => {
    const cutOff = ({ history }: Path): boolean => history.some(stopOf('transfer'))
    expect(breaking(walked, cutOff)).toEqual([])
  })

  test('writes the catalogue only when every file is there', () => {
    const spoilt = endOf('transfer', 'failed', 'broken')
    expect(breaking(walked, (path) => follows(path, spoilt, startOf('settle')))).toEqual([])
    expect(breaking(walked, (path) => follows(path, moveOf('stop'), startOf('settle')))).toEqual([])
  })

  test('hands every finding up', () => {
    const isWrong = (path: Path): boolean =>
      isClosed(path) && outputOf<DataOutput>(path)?.findings.length !== failures(path)
    expect(breaking(walked, isWrong)).toEqual([])
  })
})

function transferEnds({ input, heard }: Child): Readonly<Record<string, Ending>> {
  const { lfn } = input as TransferOrder
  const telling = (result: TransferResult): Ending => ({
    lastWords: { type: 'transfer.ended', lfn, result },
    output: undefined,
  })
  const broken: Ending = { error: new Error('a bug') }
  if (heard.length > 0) return { cancelled: telling({ kind: 'cancelled', lfn }), broken }
  return {
    stored: telling(storedResult(lfn)),
    failed: telling({ kind: 'failed', lfn, finding: finding('STAGEINFAILED'), attempts: 3 }),
    broken,
  }
}

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

function failures(path: Path): number {
  const failing = new Set(['refused', 'failed', 'broken', 'cannot be written'])
  return ['plan', 'transfer', 'settle'].flatMap((child) => ended(path, child)).filter((how) => failing.has(how)).length
}
