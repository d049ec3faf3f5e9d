import { sendParent } from 'xstate'
import { type HeartbeatInput, heartbeatMachine } from '../../src/machines/heartbeat.ts'
import { finding } from './examples.ts'
import { lastMove } from './history.ts'
import { walk } from './walk.ts'

export const input: HeartbeatInput = { period: 1000, debugPeriod: 300, lostAfter: 2500 }

export const walkedHeartbeat = walk({
  machine: heartbeatMachine.provide({
    actions: { tellLost: sendParent({ type: 'heartbeat.lost', finding: finding('COMMUNICATIONFAILURE') }) },
  }),
  starts: { job: input },
  messages: {
    'debug on': { type: 'heartbeat.debug', on: true },
    'debug off': { type: 'heartbeat.debug', on: false },
    acknowledged: { type: 'heartbeat.acknowledged' },
    stop: { type: 'heartbeat.stop' },
  },
  children: {},
  tellsApart: ({ debug }, remaining) => [debug, remaining],
  remembers: (path) => lastMove(path, 'debug on', 'debug off'),
})
