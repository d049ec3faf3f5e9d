import * as z from 'zod/mini'
import type { PandaId } from '../../job/ids.ts'
import type { EventState } from '../event-port.ts'
import { parseJson } from '../json.ts'
import { readData } from '../v1-answer.ts'
import { glimpsed, readHttp } from '../verdict.ts'
import { legacyPost, v1Get } from '../wire-calls.ts'
import type { Call } from './call.ts'

interface TaskJob {
  readonly pandaId: PandaId
  readonly taskId: number
}

const row = z.object({
  status: z.string(),
  error: z.catch(z.nullable(z.number()), null),
  dialog: z.catch(z.nullable(z.string()), null),
})
const table = z.record(z.string(), z.record(z.string(), row))

/** event/get_event_range_statuses, get_events_status (contracts/event-service.md 2.4). */
export const eventStatesCall: Call<readonly TaskJob[], readonly EventState[]> = {
  v1: {
    request: (jobs) => v1Get('event/get_event_range_statuses', { job_task_ids: wireJobs(jobs) }),
    read(reply) {
      const answer = readData(reply, table)
      return answer.kind === 'done' ? { kind: 'done', value: statesIn(answer.value) } : answer
    },
  },
  legacy: {
    request: (jobs) => legacyPost('get_events_status', { ids: wireJobs(jobs) }, ['ids']),
    /** The bare dictionary, null when the database failed. */
    read(reply) {
      const http = readHttp(reply)
      if (http.kind !== 'body') return http
      const answer = table.safeParse(parseJson(http.text))
      if (answer.success) return { kind: 'done', value: statesIn(answer.data) }
      return { kind: 'unknown', text: `the server's answer holds no event states: ${glimpsed(http.text)}` }
    },
  },
}

/** The server documents `job_id` and reads `panda_id` (contracts/panda-server.md 13 gotcha 29): it gets both. */
function wireJobs(jobs: readonly TaskJob[]): string {
  return JSON.stringify(jobs.map(({ pandaId, taskId }) => ({ task_id: taskId, job_id: pandaId, panda_id: pandaId })))
}

function statesIn(jobs: z.infer<typeof table>): readonly EventState[] {
  return Object.entries(jobs).flatMap(([id, ranges]) =>
    Object.entries(ranges).map(([eventRangeID, { status, error, dialog }]) => ({
      pandaId: Number(id) as PandaId,
      eventRangeID,
      status,
      errorCode: error ?? undefined,
      errorDiag: dialog ?? undefined,
    })),
  )
}
