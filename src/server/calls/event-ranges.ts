import * as z from 'zod/mini'
import type { WireValue } from '../dialect.ts'
import type { EventPool, EventRange, EventRangeRequest } from '../event-port.ts'
import { parseJson } from '../json.ts'
import { readAnswer } from '../legacy-answer.ts'
import { readData } from '../v1-answer.ts'
import type { Verdict } from '../verdict.ts'
import { defined, handsOver, legacyPost, v1Get, v1Post } from '../wire-calls.ts'
import { wholeNumber } from '../wire-text.ts'
import type { Call } from './call.ts'

const text = z.catch(z.nullable(z.string()), null)
const range = z.object({
  eventRangeID: z.string().check(z.minLength(1)),
  startEvent: z.int(),
  lastEvent: z.int(),
  LFN: text,
  GUID: text,
  scope: text,
})
const ranges = z.array(range)
const held = z.object({ eventRanges: z.unknown() })

const noJobset = 'the job has no jobset: v1 has no event ranges for it'
const noTask = 'the job has no task: its event ranges cannot be counted'

/** event/acquire_event_ranges, getEventRanges (contracts/panda-server.md 6.1). */
export const acquireRangesCall: Call<EventRangeRequest, readonly EventRange[]> = {
  v1: {
    request({ pandaId, jobsetId, taskId, count, scattered, segmentId }) {
      if (jobsetId === undefined) return noJobset
      const fields = defined<WireValue>({
        job_id: pandaId,
        jobset_id: jobsetId,
        task_id: taskId,
        n_ranges: Math.trunc(count),
        scattered: scattered ? true : undefined,
        segment_id: segmentId,
      })
      return handsOver(v1Post('event/acquire_event_ranges', fields, ['job_id', 'jobset_id', 'task_id', 'segment_id']))
    },
    read(reply) {
      const answer = readData(reply, z.unknown())
      return answer.kind === 'done' ? readRanges(answer.value) : answer
    },
  },
  legacy: {
    request({ pandaId, jobsetId, taskId, count, scattered, segmentId }) {
      const fields = defined<WireValue>({
        pandaID: String(pandaId),
        jobsetID: jobsetId === undefined ? 'NULL' : String(jobsetId),
        taskID: taskId === undefined ? undefined : String(taskId),
        nRanges: String(Math.trunc(count)),
        scattered: scattered ? true : undefined,
        segment_id: segmentId === undefined ? undefined : String(segmentId),
      })
      return handsOver(legacyPost('getEventRanges', fields, ['pandaID', 'jobsetID', 'taskID', 'segment_id']))
    },
    read(reply) {
      const answer = readAnswer(reply)
      return answer.kind === 'done' ? readRanges(answer.value) : answer
    },
  },
}

/** event/get_available_event_range_count, checkEventsAvailability. */
export const rangesLeftCall: Call<EventPool, number> = {
  v1: {
    request({ pandaId, jobsetId, taskId }) {
      if (jobsetId === undefined) return noJobset
      if (taskId === undefined) return noTask
      const fields = { job_id: pandaId, jobset_id: jobsetId, task_id: taskId }
      return v1Get('event/get_available_event_range_count', fields)
    },
    read: (reply) => readData(reply, z.int()),
  },
  legacy: {
    request({ pandaId, jobsetId, taskId }) {
      if (taskId === undefined) return noTask
      const fields = { pandaID: String(pandaId), jobsetID: String(jobsetId ?? 'NULL'), taskID: String(taskId) }
      return legacyPost('checkEventsAvailability', fields, ['pandaID', 'jobsetID', 'taskID'])
    },
    read(reply) {
      const answer = readAnswer(reply)
      if (answer.kind !== 'done') return answer
      const count = wholeNumber(Number(answer.value.nEventRanges ?? Number.NaN), 15)
      if (count !== undefined) return { kind: 'done', value: count }
      return { kind: 'unknown', text: 'the answer to checkEventsAvailability holds no number' }
    },
  },
}

/**
 * A list, a dictionary that holds it under `eventRanges`, or either as JSON text: servers have sent all of them
 * (contracts/event-service.md 2.4; contracts/panda-server.md 13 gotcha 26).
 */
function readRanges(value: unknown): Verdict<readonly EventRange[]> {
  const opened = openText(value)
  const dictionary = held.safeParse(opened)
  const list = ranges.safeParse(dictionary.success ? openText(dictionary.data.eventRanges) : opened)
  if (list.success) return { kind: 'done', value: list.data }
  return { kind: 'unknown', text: `the server's answer holds no event ranges: ${z.prettifyError(list.error)}` }
}

function openText(value: unknown): unknown {
  return typeof value === 'string' ? parseJson(value) : value
}
