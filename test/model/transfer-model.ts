import type { CopyStep, MeasureStep, Source, StepFailure, VerifyStep } from '../../src/job/transfer.ts'
import { transferMachine } from '../../src/machines/transfer.ts'
import { finding, orderOf } from './examples.ts'
import { answers, walk } from './walk.ts'

const retry: StepFailure = { kind: 'failed', finding: finding('STAGEINFAILED'), advice: 'retry' }
const otherReplica: StepFailure = { ...retry, advice: 'other-replica' }
const giveUp: StepFailure = { ...retry, advice: 'give-up' }
export const elsewhere: Source = { pfn: '/before/file', turl: '/before/file', rse: undefined, copytool: 'mv' }
const file = { size: 10, adler32: '00000001' }

export const walkedTransfer = walk({
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
