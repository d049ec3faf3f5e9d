import type { TransferOrder, TransferResult } from '../job/transfer.ts'
import { task } from '../machines/task.ts'
import { transferMachine } from '../machines/transfer.ts'
import type { JobPorts } from './ports.ts'
import { copy } from './transfer-copy.ts'
import { measureOutput, verify } from './transfer-verify.ts'

export function transferActor(ports: JobPorts) {
  const { planner, entropy, log } = ports
  return transferMachine.provide({
    actors: {
      measure: task((order, signal) => measureOutput(ports, order, signal)),
      copy: task((input, signal) => copy(ports, input, signal)),
      verify: task((input, signal) => verify(ports, input, signal)),
    },
    actions: {
      showEnd: ({ context: { order, result } }) => showEnd(ports, order, result),
    },
    delays: {
      pause: ({ context: { order, attempts } }) => {
        const seconds = planner.pause(order.direction === 'in' ? 'in' : 'out', attempts, entropy.random())
        log.info(`${order.lfn}: next try in ${Math.round(seconds)} s`)
        return seconds * 1000
      },
    },
  })
}

function showEnd({ database, live, clock }: JobPorts, order: TransferOrder, result: TransferResult | undefined): void {
  const { key, job, direction, lfn } = order
  const kind = result?.kind ?? 'cancelled'
  const size = result?.kind === 'stored' ? result.file.size : undefined
  live.tell({ type: 'transfer.ended', at: clock.now(), ...job, direction, lfn, result: kind, size })
  if (result?.kind === 'stored') return
  const text = result?.kind === 'failed' ? result.finding.detail : kind
  void database.write(key, { kind: 'transfer', direction, lfn, state: { kind: 'failed', text } }, 'soon')
}
