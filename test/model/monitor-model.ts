import { emptyMeter } from '../../src/job/resource-meter.ts'
import { type CheckRound, type MonitorInput, monitorMachine } from '../../src/machines/monitor.ts'
import { assignment, finding, processIdentity } from './examples.ts'
import { lastMove } from './history.ts'
import { answers, walk } from './walk.ts'

export const input: MonitorInput = { assignment, period: 1000, firstRound: 400 }
const round: CheckRound = { meter: emptyMeter, use: undefined, findings: [] }
const use = { cpuTime: 1, meanCores: 1, memory: undefined, workDirSize: 10 }

export const walkedMonitor = walk({
  machine: monitorMachine,
  starts: { job: input },
  messages: {
    watch: { type: 'monitor.watch', identity: processIdentity, at: 0 },
    unwatch: { type: 'monitor.unwatch' },
    stop: { type: 'monitor.stop' },
  },
  children: {
    check: answers({
      nothing: round,
      sampled: { ...round, use },
      guilty: { ...round, use, findings: [finding('LOOPINGJOB'), finding('STDOUTTOOBIG')] },
    }),
  },
  tellsApart: ({ identity }) => identity !== undefined,
  remembers: (path) => lastMove(path, 'watch', 'unwatch'),
})
