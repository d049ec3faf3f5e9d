import { dumpJson, parseJson } from '../python/json.ts'
import { str, urlencode } from '../python/text.ts'
import { isDict, isList, type PythonDict, PythonError, type PythonValue } from '../python/values.ts'
import { checkArguments, given, type LegacyCall, type LegacyMethod, type LegacyReply } from './method.ts'
import { updateJob } from './update-job.ts'

/**
 * updateJobsInBulk (contracts/panda-server.md 5.6): every update on its own, the first exception ends the call;
 * the jobs before it are updated.
 */
export const updateJobsInBulk: LegacyMethod = {
  name: 'updateJobsInBulk',
  required: ['jobList'],
  optional: ['harvester_id'],
  run: (call) => {
    try {
      const jobs = parseJson(str(given(call, 'jobList')))
      if (!isList(jobs)) throw new PythonError('string indices must be integers')
      const answers = jobs.map((job) => answerOf(call, updateOne(call, job)))
      return { kind: 'text', text: dumpJson([true, answers]) }
    } catch (error) {
      if (!(error instanceof PythonError)) throw error
      const why = `updateJobsInBulk ${str(given(call, 'harvester_id'))} failed with ${error.type} ${error.message}`
      return { kind: 'text', text: dumpJson([false, why]) }
    }
  },
}

function updateOne(call: LegacyCall, job: PythonValue): PythonDict {
  if (!isDict(job)) throw new PythonError('string indices must be integers')
  for (const key of ['jobId', 'state']) if (job[key] === undefined) throw new PythonError(`'${key}'`, 'KeyError')
  const parameters = job.metaData === undefined ? job : { ...job, metaData: str(job.metaData ?? null) }
  checkArguments(updateJob, parameters)
  const reply: LegacyReply = updateJob.run({ ...call, parameters })
  return reply.kind === 'text' ? {} : reply.data
}

function answerOf(call: LegacyCall, data: PythonDict): PythonValue {
  return call.acceptJson ? { type: 'json', content: dumpJson(data) } : urlencode(data)
}
