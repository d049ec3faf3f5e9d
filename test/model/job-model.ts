import { type Conclusion, finalUpdate } from '../../src/job/conclusion.ts'
import type { PayloadResult } from '../../src/job/payload.ts'
import { signalReason } from '../../src/job/stop.ts'
import type { JobUpdate } from '../../src/job/update.ts'
import type { DataInput, DataOutput } from '../../src/machines/data.ts'
import { jobMachine } from '../../src/machines/job.ts'
import type { JobInput } from '../../src/machines/job-context.ts'
import { assignment, assignmentOf, closing, finalWith, finding, processIdentity, storedResult } from './examples.ts'
import { endOf, type Mark, moveOf, statesAt } from './history.ts'
import type { Child, Ending } from './run.ts'
import { answers, type ChildModel, type Path, walk } from './walk.ts'

const input: JobInput = {
  assignment,
  findings: [],
  resume: { from: 'start' },
  periods: { heartbeat: 1, debugHeartbeat: 1, lostHeartbeat: 1, check: 1, firstCheck: 1 },
  filesInFlight: 2,
}
const bare = { ...input, assignment: assignmentOf({ inFiles: '', outFiles: 'out.root', logFile: '' }) }

export const halts = moveOf(
  'stop',
  'stop calmly',
  'heartbeat says lost',
  'monitor says violated',
  'reporter says tobekilled',
)
export const failures: readonly Mark[] = [
  endOf('accept', 'refused', 'failed'),
  endOf('data', 'bad', 'broken'),
  endOf('payload', 'bad', 'broken'),
  endOf('archive', 'refused', 'failed'),
]
const beforeTheLog = ['accepting', 'working.stagingIn', 'working.runningPayload', 'working.stagingOut']

/** A job whole, bare (no inputs, no log) or refused, and bare ones whose companions break. */
export const walkedJob = walk({
  machine: jobMachine,
  starts: {
    whole: input,
    bare,
    refused: { ...bare, findings: [finding('CONVERSIONFAILURE')] },
    'left running': { ...bare, resume: { from: 'payload', identity: processIdentity, startedAt: 5 } },
    'left undelivered': { ...bare, resume: { from: 'delivery', update: finalWith() } },
    'in debug mode': { ...bare, assignment: assignmentOf({ inFiles: '', outFiles: '', logFile: '', debug: 'True' }) },
    'reporter breaks': bare,
    'heartbeat breaks': bare,
    'monitor breaks': bare,
  },
  messages: {
    stop: { type: 'job.stop', reason: signalReason('SIGTERM', 5) },
    'stop calmly': { type: 'job.stop', reason: { ...signalReason('SIGTERM', 5), hurry: false } },
    abandon: { type: 'job.abandon' },
  },
  children: {
    accept: answers({ fine: [], refused: [finding('MKDIR')] }),
    data: { ends: dataEnds },
    payload: payload(),
    archive: answers({ fine: [], refused: [finding('LOGFILECREATIONFAILURE')] }),
    conclude: {
      ends: ({ input }) => ({
        concluded: { output: finalUpdate(input as Conclusion, closing) },
        failed: { error: new Error('it broke') },
      }),
    },
    clean: answers({ clean: 77 }),
    peek: answers({ shown: 'tail of the log' }),
    reporter: reporter(),
    heartbeat: companion('heartbeat', {
      due: { type: 'heartbeat.due' },
      lost: { type: 'heartbeat.lost', finding: finding('COMMUNICATIONFAILURE') },
    }),
    monitor: companion('monitor', {
      sampled: { type: 'monitor.sampled', use: { cpuTime: 1, meanCores: 1, memory: undefined, workDirSize: 1 } },
      violated: { type: 'monitor.violated', finding: finding('LOOPINGJOB') },
    }),
  },
  tellsApart: ({ findings, pendingStop, final, debug, peeking, keepDirectory, delivered, restarts, stored }) => [
    debug,
    peeking,
    findings.length > 0,
    pendingStop !== undefined,
    final?.state,
    keepDirectory,
    delivered,
    restarts,
    stored.length,
  ],
  remembers: (path) => [wentWrong(path), path.moves.includes('reporter says commands')],
})

function companion(name: string, sayings: ReturnType<NonNullable<ChildModel['says']>>): ChildModel {
  const broken: Ending = { error: new Error('a bug') }
  return {
    says: ({ heard }) => (heard.some(({ type }) => type === `${name}.stop`) ? {} : sayings),
    ends: ({ start, heard }): Readonly<Record<string, Ending>> => {
      if (heard.some(({ type }) => type === `${name}.stop`)) return { stopped: { output: undefined } }
      return start === `${name} breaks` ? { broken } : {}
    },
  }
}

function reporter(): ChildModel {
  const acknowledged = (...names: readonly ('tobekilled' | 'debug' | 'debugoff' | 'nocleanup')[]) => ({
    type: 'reporter.acknowledged',
    job: assignment.definition,
    commands: names.map((name) => ({ name })),
    at: 5,
  })
  return {
    says: ({ start }) => ({
      acknowledged: acknowledged(),
      tobekilled: acknowledged('tobekilled'),
      ...(start === 'in debug mode' ? { commands: acknowledged('debug', 'nocleanup') } : {}),
    }),
    ends: ({ start, heard }) => ({
      ...(heard.some(isFinal) ? { delivered: { lastWords: { type: 'reporter.delivered' }, output: undefined } } : {}),
      ...(heard.some(({ type }) => type === 'reporter.giveUp')
        ? { 'given up': { lastWords: { type: 'reporter.undeliverable' }, output: undefined } }
        : {}),
      ...(start === 'reporter breaks' ? { broken: { error: new Error('a bug') } } : {}),
    }),
  }
}

function payload(): ChildModel {
  const result: PayloadResult = {
    end: { kind: 'exited', exitCode: 0, cpuSeconds: 1 },
    report: undefined,
    metaData: '',
    outputs: assignment.definition.outputs,
    findings: [],
    startedAt: 1,
    endedAt: 2,
  }
  return {
    says: ({ said }) =>
      said.includes('started')
        ? ({} as Record<string, never>)
        : { started: { type: 'payload.started', identity: processIdentity, at: 1 } },
    ends: () => ({
      good: { output: result },
      bad: { output: { ...result, findings: [finding('PAYLOADEXECUTIONFAILURE')] } },
      broken: { error: new Error('a bug') },
    }),
  }
}

function dataEnds({ input }: Child): Readonly<Record<string, Ending>> {
  const { direction } = input as DataInput
  const lfn = direction === 'log' ? 'log.tgz' : 'out.root'
  const stored = direction === 'in' ? [] : [storedResult(lfn)]
  const failed: DataOutput = { results: [], findings: [finding('STAGEOUTFAILED')] }
  return {
    good: { output: { results: stored, findings: [] } },
    bad: { output: failed },
    broken: { error: new Error('a bug') },
  }
}

function isFinal(message: { readonly type: string; readonly update?: JobUpdate }): boolean {
  return message.type === 'reporter.send' && message.update?.final !== undefined
}

/** A halt while one of these states is active. */
export function isHaltedIn(path: Path, ...states: readonly string[]): boolean {
  return path.history.some(
    (happening, index) => halts(happening) && statesAt(path, index).some((state) => states.includes(state)),
  )
}

/** Anything failed, or the job was told to end before its outputs were stored. */
export function wentWrong(path: Path): boolean {
  const hasFailed = failures.some((mark) => path.history.some(mark))
  return path.moves[0] === 'refused' || hasFailed || isHaltedIn(path, ...beforeTheLog)
}
