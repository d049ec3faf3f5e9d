import { describe, test } from 'vitest'
import { jobActor } from '../../../src/actors/job.ts'
import type { JobRecord } from '../../../src/job/record.ts'
import { resumePoint } from '../../../src/job/resume.ts'
import { signalReason } from '../../../src/job/stop.ts'
import type { JobUpdate } from '../../../src/job/update.ts'
import { finalReportBudget, type JobInput } from '../../../src/machines/job-context.ts'
import { assignmentOf } from '../examples.ts'
import type { Desk, Judge, Seen } from './desk.ts'
import { steeredPorts } from './ports.ts'
import { holdsForAllCommands, holdsInEveryOrder } from './prove.ts'
import type { Trial } from './world.ts'

const minute = 60_000
const assignment = assignmentOf({
  transformation: 'http://transforms.example/run.sh',
  fsize: '10,10',
  checksum: 'ad:00000001,ad:00000001',
})
const inputs = assignment.definition.inputs.map(({ lfn }): string => lfn)
const outputs = assignment.definition.outputs.map(({ lfn }): string => lfn)
const [output = ''] = outputs

const trial: Trial = {
  open,
  messages: {
    stop: (nth) => ({ type: 'job.stop', reason: signalReason('SIGTERM', nth) }),
    'stop calmly': (nth) => ({ type: 'job.stop', reason: { ...signalReason('SIGTERM', nth), hurry: false } }),
    abandon: () => ({ type: 'job.abandon' }),
  },
  answers: {
    'make directory': ['made', 'refused'],
    update: ['accepted', 'unknown', 'refused', 'tobekilled'],
    ...Object.fromEntries(inputs.map((lfn) => [`copy ${lfn}`, ['copied', 'try again', 'give up']])),
    launch: ['launched', 'failed'],
    end: ['exits 0', 'exits 3', 'killed'],
    survivors: ['none', 'some'],
    [`measure ${output}`]: ['right', 'missing', 'wrong'],
    [`copy ${output}`]: ['copied', 'give up'],
    'record outcome': ['written'],
    archive: ['archived', 'failed'],
    'remove directory': ['removed'],
  },
  judge,
  // What stopped the pilot is gone with it.
  afterDeath: () => [],
}

/** What a job cannot be `finished` after, beside a copy that was given up. */
const failures: ReadonlySet<string> = new Set([
  'make directory: refused',
  'launch: failed',
  'end: exits 3',
  'end: killed',
  `measure ${output}: missing`,
  'archive: failed',
])

function open(desk: Desk): ReturnType<Trial['open']> {
  const ports = steeredPorts(desk)
  const { key } = assignment
  const periods = {
    heartbeat: 30 * minute,
    debugHeartbeat: 5 * minute,
    lostHeartbeat: 180 * minute,
    check: minute,
    firstCheck: minute,
  }
  const input = (): JobInput | undefined => {
    const history = ports.database.history(key)
    const resume = resumePoint(history)
    if (history.length > 0 && resume.from === 'end') return undefined
    const from = history.length === 0 ? ({ from: 'start' } as const) : resume
    return { assignment, findings: [], resume: from, periods, filesInFlight: 2 }
  }
  return { logic: () => jobActor(ports), input }
}

/** What server, storage, node and pilot may see of one job, over all lives of the pilot. */
function judge(): Judge {
  const last = new Map<string, string>()
  let launches = 0
  let isArchiving = false
  let hasFailed = false
  let isConcluded = false
  let outcome: JobUpdate | undefined
  let isAccepted = false
  let isClosed = false
  let isAbandoned = false
  let deadline = Number.POSITIVE_INFINITY
  let underWay: JobUpdate | undefined
  let finalAsked = false

  function judgeOutcome(update: JobUpdate | undefined): string | undefined {
    isConcluded = true
    if (outcome !== undefined) return 'a second outcome'
    if (update?.state !== 'finished') return undefined
    if (hasFailed) return '`finished` after a stop or a failure'
    if (last.get('end') !== 'exits 0') return '`finished` without exit 0'
    const isStored = outputs.every(
      (lfn) => last.get(`copy ${lfn}`) === 'copied' && last.get(`measure ${lfn}`) !== 'missing',
    )
    return isStored ? undefined : '`finished` without its outputs'
  }

  function judgeUpdate(update: JobUpdate): string | undefined {
    underWay = update
    if (isClosed) return 'an update of a closed job'
    if (update.final === undefined) return finalAsked ? 'a heartbeat after the final' : undefined
    finalAsked = true
    if (outcome === undefined) return 'a final before its outcome was on record'
    return JSON.stringify(outcome.final) === JSON.stringify(update.final)
      ? undefined
      : 'a final that is not the outcome'
  }

  function judgeAsked(name: string, detail: unknown): string | undefined {
    switch (name) {
      case 'record outcome':
        return judgeOutcome(outcomeIn(detail))
      case 'update':
        return judgeUpdate(detail as JobUpdate)
      case 'launch':
        if (launches > 0) return 'launched twice'
        return inputs.every((lfn) => last.get(`copy ${lfn}`) === 'copied') ? undefined : 'launched without its inputs'
      case 'record launching':
        return hasFailed ? 'a launch after a stop or a failure' : undefined
      case 'archive':
        isArchiving = true
        return undefined
      case 'remove directory':
        return isAccepted ? undefined : 'its directory is gone before the final was accepted'
      default:
        return undefined
    }
  }

  function noteAnswer(name: string, how: string): void {
    last.set(name, how)
    if (how === 'launched') launches += 1
    hasFailed ||= failures.has(`${name}: ${how}`) || how === 'give up'
    if (name !== 'update') return
    if (how === 'accepted' || how === 'tobekilled') isAccepted ||= underWay?.final !== undefined
    if (how === 'tobekilled' && !isArchiving) hasFailed = true
  }

  return (seen: Seen) => {
    if (!isConcluded && outcome === undefined && !isAbandoned && seen.at > deadline)
      return 'no outcome within the budget of a signal'
    switch (seen.kind) {
      case 'sent':
        if (seen.name === 'abandon') isAbandoned = true
        else if (!isArchiving) hasFailed = true
        if (seen.name === 'stop') deadline = Math.min(deadline, seen.at + finalReportBudget)
        return undefined
      case 'asked':
        return judgeAsked(seen.name, seen.detail)
      case 'answered':
        if (seen.name === 'record outcome') outcome = outcomeIn(seen.detail)
        noteAnswer(seen.name, seen.how)
        return undefined
      case 'told': {
        if (seen.message.type !== 'job.closed') return undefined
        if (isClosed) return 'closed twice'
        isClosed = true
        if (!isAbandoned && outcome === undefined) return 'closed without an outcome'
        if (!isAbandoned && !isAccepted) return 'closed before the final was accepted'
        return seen.message.delivered === true && !isAccepted ? 'told as delivered, and was not' : undefined
      }
      case 'broke':
        return `broke: ${String(seen.error)}`
      case 'died':
        ;[deadline, isConcluded] = [Number.POSITIVE_INFINITY, false]
        ;[isArchiving, isClosed, isAbandoned] = [false, false, false]
        // What failed or was ordered is tried or ordered again; the payload's end is on record.
        hasFailed = false
        return undefined
      default:
        return undefined
    }
  }
}

function outcomeIn(record: unknown): JobUpdate | undefined {
  return (record as Extract<JobRecord, { kind: 'outcome' }>).update
}

describe('the job over its real children and records', () => {
  test('has one outcome, `finished` only when all went well, told until accepted, whenever the pilot dies', () =>
    holdsForAllCommands(trial, 250, 200))

  test('has one in every order of answers and orders', () =>
    holdsInEveryOrder(trial, 250, ['wait', 'stop calmly', 'wait', 'stop', 'abandon']))

  test('is done in whatever order its children come to their ends', () => holdsInEveryOrder(trial, 150))
})
