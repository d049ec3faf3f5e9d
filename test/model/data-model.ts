import type { TransferOrder, TransferResult } from '../../src/job/transfer.ts'
import { type DataInput, type DataPlan, dataMachine } from '../../src/machines/data.ts'
import { assignment, finding, orderOf, storedResult } from './examples.ts'
import { ended } from './history.ts'
import type { Child, Ending } from './run.ts'
import { answers, type Path, walk } from './walk.ts'

const orders = ['a.root', 'b.root', 'c.root'].map((lfn) => orderOf(lfn, 'in'))
const stageIn: DataInput = { assignment, direction: 'in', outputs: [], most: 1 }

export const walkedData = walk({
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

export function failures(path: Path): number {
  const failing = new Set(['refused', 'failed', 'broken', 'cannot be written'])
  return ['plan', 'transfer', 'settle'].flatMap((child) => ended(path, child)).filter((how) => failing.has(how)).length
}
