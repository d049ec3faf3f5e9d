import { sendParent } from 'xstate'
import { heartbeatMachine } from '../machines/heartbeat.ts'
import type { JobMessage } from '../machines/messages.ts'
import type { JobPorts } from './ports.ts'

export function heartbeatActor({ clock }: JobPorts) {
  return heartbeatMachine.provide({
    actions: {
      tellLost: sendParent(({ context }): JobMessage => {
        const detail = `no update was accepted for ${Math.round(context.lostAfter / 1000)} s`
        return {
          type: 'heartbeat.lost',
          finding: { name: 'COMMUNICATIONFAILURE', detail, phase: 'payload', at: clock.now(), origin: 'heartbeat' },
        }
      }),
    },
  })
}
