import { assign, enqueueActions, sendParent, sendTo, setup, spawnChild } from 'xstate'
import { type Assignment, updateOf } from '../job/assignment.ts'
import { obey } from '../job/command-table.ts'
import type { Conclusion } from '../job/conclusion.ts'
import type { Finding } from '../job/errors.ts'
import type { StoredFile } from '../job/files.ts'
import type { Phase } from '../job/phases.ts'
import { killReason, stopFinding } from '../job/stop.ts'
import type { JobUpdate } from '../job/update.ts'
import { dataMachine } from './data.ts'
import { heartbeatMachine } from './heartbeat.ts'
import {
  type Companion,
  finalReportBudget,
  type Halt,
  type JobContext,
  type JobEvent,
  type JobInput,
  mostRestarts,
  type Peek,
  withFinding,
} from './job-context.ts'
import type {
  DataMessage,
  HeartbeatMessage,
  MonitorMessage,
  PayloadMessage,
  PilotMessage,
  ReporterMessage,
} from './messages.ts'
import { monitorMachine } from './monitor.ts'
import { payloadMachine } from './payload.ts'
import { reporterMachine } from './reporter.ts'
import { effect } from './task.ts'

/** The words of the job chart: its children, effects, guards, and what it says to whom. */
export const jobSetup = setup({
  types: {
    input: {} as JobInput,
    context: {} as JobContext,
    events: {} as JobEvent,
  },
  actors: {
    reporter: reporterMachine,
    heartbeat: heartbeatMachine,
    monitor: monitorMachine,
    data: dataMachine,
    payload: payloadMachine,
    accept: effect<Assignment, readonly Finding[]>(),
    archive: effect<Conclusion, readonly Finding[]>(),
    conclude: effect<Conclusion, JobUpdate>(),
    /** Text for the next heartbeat, at most 2,048 bytes. */
    peek: effect<Peek, string>(),
    /** Resolves to the time, ms since the epoch. */
    clean: effect<{ assignment: Assignment; keepDirectory: boolean }, number>(),
  },
  actions: {
    /** The body records the phase of the context, logs it and shows it. */
    recordPhase: () => {},
    /** The body logs the commands of the context that did nothing, and why. */
    showIgnored: () => {},
    enter: assign({ phase: (_, phase: Phase) => phase }),

    noteFindings: assign({ findings: ({ context }, more: readonly Finding[]) => [...context.findings, ...more] }),
    noteStored: assign({ stored: ({ context }, more: readonly StoredFile[]) => [...context.stored, ...more] }),
  },
  guards: {
    mayPeek: ({ context }) => context.debug && !context.peeking,
    failing: ({ context }) => context.findings.length > 0,
    concluded: ({ context }) => context.final !== undefined,
    payloadWasLaunched: ({ context: { resume } }) => ['launch', 'payload', 'examination'].includes(resume.from),
    hasInputs: ({ context }) => context.assignment.definition.inputs.length > 0,
    hasLog: ({ context }) => context.assignment.definition.log !== undefined,
    mayRestart: ({ context }, companion: Companion) => context.restarts[companion] < mostRestarts,
    reporterIsGone: ({ context }) => context.restarts.reporter > mostRestarts,
  },
  delays: { deadline: finalReportBudget },
}).extend({
  actions: {
    haltByOrder: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'job.stop') return
      const finding = stopFinding(event.reason, context.phase)
      enqueue.raise({ type: 'job.halt', finding, hurry: event.reason.hurry } satisfies Halt)
      if (event.reason.hurry && !context.delivered) {
        enqueue.sendTo('reporter', { type: 'reporter.hurry' } satisfies ReporterMessage)
      }
    }),
    noteHalt: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'job.halt') return
      enqueue.assign({ findings: withFinding(context.findings, event.finding) })
      if (event.hurry) enqueue.raise({ type: 'job.deadline' }, { delay: 'deadline' })
    }),
    noteLateHalt: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'job.halt') return
      enqueue.assign({ pendingStop: context.pendingStop ?? event.finding })
      if (event.hurry) enqueue.raise({ type: 'job.deadline' }, { delay: 'deadline' })
    }),
    notePendingStop: assign({
      findings: ({ context: { findings, pendingStop } }) =>
        pendingStop === undefined ? findings : withFinding(findings, pendingStop),
    }),
    stopData: sendTo('data', { type: 'data.stop' } satisfies DataMessage),
    killPayload: sendTo('payload', ({ event }): PayloadMessage => {
      return { type: 'payload.kill', hurry: event.type === 'job.halt' && event.hurry }
    }),
    killPayloadOfFailedJob: enqueueActions(({ context, enqueue }) => {
      if (context.findings.length === 0) return
      enqueue.sendTo('payload', { type: 'payload.kill', hurry: true } satisfies PayloadMessage)
    }),

    startReporter: spawnChild('reporter', {
      id: 'reporter',
      input: ({ context }) => ({ assignment: context.assignment }),
    }),
    countRestart: assign({
      restarts: ({ context: { restarts } }, companion: Companion) => ({
        ...restarts,
        [companion]: restarts[companion] + 1,
      }),
    }),
    startHeartbeat: spawnChild('heartbeat', {
      id: 'heartbeat',
      input: ({ context: { periods } }) => ({
        period: periods.heartbeat,
        debugPeriod: periods.debugHeartbeat,
        lostAfter: periods.lostHeartbeat,
      }),
    }),
    startMonitor: spawnChild('monitor', {
      id: 'monitor',
      input: ({ context: { assignment, periods } }) => ({
        assignment,
        period: periods.check,
        firstRound: periods.firstCheck,
      }),
    }),
    stopChildren: enqueueActions(({ enqueue }) => {
      enqueue.sendTo('heartbeat', { type: 'heartbeat.stop' } satisfies HeartbeatMessage)
      enqueue.sendTo('monitor', { type: 'monitor.stop' } satisfies MonitorMessage)
    }),

    sayStarting: sendTo('reporter', ({ context }) => say(updateOf(context.assignment, 'starting', undefined))),
    sayRunning: sendTo('reporter', ({ context }) => say(updateOf(context.assignment, 'running', context.use))),
    sayFinal: sendTo('reporter', ({ context }) =>
      say(context.final ?? updateOf(context.assignment, 'failed', context.use)),
    ),
    repeatFinal: enqueueActions(({ context, enqueue }) => {
      if (context.final !== undefined) enqueue.sendTo('reporter', say(context.final))
    }),
    giveUpReport: sendTo('reporter', { type: 'reporter.giveUp' } satisfies ReporterMessage),
    watch: sendTo('monitor', ({ event }): MonitorMessage => {
      return event.type === 'payload.started'
        ? { type: 'monitor.watch', identity: event.identity, at: event.at }
        : { type: 'monitor.unwatch' }
    }),
    unwatch: sendTo('monitor', { type: 'monitor.unwatch' } satisfies MonitorMessage),
    peek: enqueueActions(({ context: { assignment, identity, debugCommand }, enqueue }) => {
      enqueue.spawnChild('peek', { id: 'peek', input: { assignment, identity, command: debugCommand } })
      enqueue.assign({ peeking: true })
    }),
    endPeek: enqueueActions(({ enqueue }) => {
      enqueue.stopChild('peek')
      enqueue.assign({ peeking: false })
    }),
    sayPeeked: sendTo('reporter', ({ context, event }) => {
      const stdout = event.type === 'xstate.done.actor.peek' ? event.output : ''
      return say({ ...updateOf(context.assignment, 'running', context.use), stdout })
    }),
    tellDebug: sendTo('heartbeat', ({ context }): HeartbeatMessage => ({ type: 'heartbeat.debug', on: context.debug })),
    /** What the server says with every answer holds until the next: debug mode is off when it is not named. */
    obey: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'reporter.acknowledged') return
      enqueue.sendTo('heartbeat', { type: 'heartbeat.acknowledged' } satisfies HeartbeatMessage)
      let debug = false
      let debugCommand: string | undefined
      const obeyed = obey(event.commands, event.job, { job: context.assignment.definition, phase: context.phase })
      for (const { command, effect } of obeyed) {
        if (effect.do === 'keep directory') enqueue.assign({ keepDirectory: true })
        if (effect.do === 'debug on') debug = true
        if (effect.do === 'run and send' && command.name === 'debug-command')
          [debug, debugCommand] = [true, command.text]
        if (effect.do === 'kill') {
          const finding = stopFinding(killReason(event.at), context.phase)
          enqueue.raise({ type: 'job.halt', finding, hurry: false } satisfies Halt)
        }
      }
      enqueue.assign({ debug, debugCommand, ignored: obeyed.filter(({ effect }) => effect.do === 'ignore') })
      if (debug !== context.debug) {
        enqueue.sendTo('heartbeat', { type: 'heartbeat.debug', on: debug } satisfies HeartbeatMessage)
      }
    }),
    tellClosed: sendParent(
      ({ context }): PilotMessage => ({
        type: 'job.closed',
        key: context.assignment.key,
        outcome: context.final?.state === 'finished' ? 'finished' : 'failed',
        delivered: context.delivered,
        at: context.closedAt,
      }),
    ),
  },
})

function say(update: JobUpdate): ReporterMessage {
  return { type: 'reporter.send', update }
}
