import * as z from 'zod/mini'
import { parseCommands } from '../../job/commands.ts'
import type { PandaId } from '../../job/ids.ts'
import { readAnswer } from '../legacy-answer.ts'
import type { CommandedJob } from '../port.ts'
import { readData } from '../v1-answer.ts'
import type { Verdict } from '../verdict.ts'
import { legacyPost, v1Get } from '../wire-calls.ts'
import type { Call } from './call.ts'

const wireJobs = z.array(z.object({ command: z.optional(z.nullable(z.string())), status: z.string() }))

/** job/get_status, checkJobStatus: state and pending command (contracts/panda-server.md 7). */
export const jobCommandsCall: Call<readonly PandaId[], readonly CommandedJob[]> = {
  v1: {
    request: (ids) => v1Get('job/get_status', { job_ids: ids }),
    read(reply, ids) {
      const answer = readData(reply, wireJobs)
      return answer.kind === 'done' ? inOrder(answer.value, ids) : answer
    },
  },
  legacy: {
    request: (ids) => legacyPost('checkJobStatus', { ids: ids.join(',') }, ['ids']),
    read(reply, ids) {
      const answer = readAnswer(reply)
      if (answer.kind !== 'done') return answer
      const jobs = wireJobs.safeParse(answer.value.data)
      if (jobs.success) return inOrder(jobs.data, ids)
      return { kind: 'unknown', text: 'the answer to checkJobStatus holds no list of jobs' }
    },
  },
}

/** The answer names no PandaID: only its length tells that it fits the question. */
function inOrder(jobs: z.infer<typeof wireJobs>, ids: readonly PandaId[]): Verdict<readonly CommandedJob[]> {
  if (jobs.length !== ids.length) {
    return { kind: 'unknown', text: `asked for ${ids.length} jobs, got the states of ${jobs.length}` }
  }
  const known = ids.map((pandaId, at) => {
    const { status = 'unknown', command } = jobs[at] ?? {}
    return { pandaId, status, commands: parseCommands(command) }
  })
  return { kind: 'done', value: known }
}
