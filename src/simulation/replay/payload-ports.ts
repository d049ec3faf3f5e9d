import { generic } from '../../experiments/generic.ts'
import type { Experiment } from '../../experiments/port.ts'
import type { Launched, Processes } from '../../host/port.ts'
import type { ProcessEnd, ProcessIdentity } from '../../job/process.ts'
import type { Effects } from './effects.ts'
import type { Memory } from './memory.ts'

/** What a what-if puts in the place of what was. */
export interface Supposed {
  /** How the payload ends. */
  end: ProcessEnd | undefined
  /** Files whose transfer fails. */
  readonly failing: Set<string>
  /** Something was changed: what the payload means is judged anew, not by what was found then. */
  changed: boolean
}

/** The payload as it is recorded. */
export function recordedProcesses(memory: Memory, effects: Effects, supposed: Supposed): Processes {
  let signalled = false
  return {
    launch: () =>
      effects.ask('job', 'launch', (fact): Launched => {
        if (fact?.kind === 'process') return { kind: 'launched', identity: fact.identity }
        const refused = memory.finding('payload', 'PAYLOADEXECUTIONFAILURE')?.detail
        const launched = memory.life.flatMap(({ record }) => (record.kind === 'process' ? [record.identity] : []))[0]
        if (launched !== undefined && refused === undefined) return { kind: 'launched', identity: launched }
        const start = 'the payload could not be started: '
        return { kind: 'failed', text: refused?.replace(start, '') ?? 'the records do not say how it ended' }
      }),
    find: async (cookie) => foundAgain(memory, cookie),
    neverStarted: () => effects.ask('job', 'neverStarted', () => memory.hasInLife('launching')),
    ended: (identity) =>
      // Whoever looks for the end of a payload that nobody saw ending records nothing of it.
      effects.ask(identity.pid === 0 && !memory.hasInLife('payload-ended') ? 'job' : 'payload-end', '', (fact) => {
        if (supposed.end !== undefined) return supposed.end
        if (fact?.kind === 'payload-ended') return fact.end
        if (signalled) return { kind: 'signalled', signal: 'SIGTERM', cpuSeconds: undefined }
        const end = memory.history.flatMap(({ record }) => (record.kind === 'payload-ended' ? [record.end] : []))[0]
        return end ?? (identity.pid === 0 ? memory.unseenEnd : { kind: 'lost', text: 'no record says how it ended' })
      }),
    signalTree: () =>
      effects.ask('job', 'signalTree', () => {
        signalled = true
        return 1
      }),
    survivors: () => effects.ask('job', 'survivors', () => 0),
    sample: async () => undefined,
  }
}

/** The payload of an earlier life that this one found alive: it saw how it ended. */
function foundAgain(memory: Memory, cookie: string): ProcessIdentity | undefined {
  if (memory.hasInLife('launching') || !memory.hasInLife('payload-ended')) return undefined
  return { pid: 0, startTicks: 0, bootId: '', cookie }
}

/** The experiment as it judged then; what was changed is judged anew by the generic one. */
export function recordedExperiment(memory: Memory, supposed: Supposed): Experiment {
  return {
    ...generic,
    name: 'recorded',
    plan(job) {
      const finding = memory.findings('generic')[0]
      if (finding !== undefined) return { kind: 'refused', finding }
      const launching = memory.history.flatMap(({ record }) =>
        record.kind === 'launching' ? [record.commandLine] : [],
      )
      const commandLine = launching[0] ?? job.transformation
      const absent = memory.finding('payload', 'TRANSFORMNOTFOUND')?.detail.replace(/ is not there$/, '')
      const transform =
        absent === undefined
          ? ({ kind: 'download', url: '', name: 'transform' } as const)
          : ({ kind: 'present', name: absent } as const)
      return { kind: 'plan', plan: { transform, commandLine, environment: {} } }
    },
    diagnose: (job, traces) =>
      supposed.changed ? generic.diagnose(job, traces) : memory.findings('diagnosis', 'generic'),
    outputs: (job) =>
      job.outputs
        .map((file) => ({ ...file, guid: memory.stored('out', file.lfn)?.guid ?? file.guid }))
        .filter(
          ({ lfn, mayBeMissing }) =>
            !mayBeMissing || memory.stored('out', lfn) !== undefined || memory.wasGivenUp('out', lfn),
        ),
  }
}
