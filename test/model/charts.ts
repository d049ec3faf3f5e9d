import type { AnyStateMachine } from 'xstate'
import { dataMachine } from '../../src/machines/data.ts'
import { heartbeatMachine } from '../../src/machines/heartbeat.ts'
import { jobMachine } from '../../src/machines/job.ts'
import { monitorMachine } from '../../src/machines/monitor.ts'
import { payloadMachine } from '../../src/machines/payload.ts'
import { pilotMachine } from '../../src/machines/pilot.ts'
import { reporterMachine } from '../../src/machines/reporter.ts'
import { transferMachine } from '../../src/machines/transfer.ts'

/** Every chart of the house, from the top down. */
export const charts: readonly AnyStateMachine[] = [
  pilotMachine,
  jobMachine,
  reporterMachine,
  heartbeatMachine,
  monitorMachine,
  dataMachine,
  transferMachine,
  payloadMachine,
]
