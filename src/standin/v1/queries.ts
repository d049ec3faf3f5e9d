import { resourceTypes } from '../model/resource-types.ts'
import { jobStatus, peekJobs } from '../model/status.ts'
import { isList } from '../python/values.ts'
import { optional, required, success, type V1Call, type V1Method } from './method.ts'

/** system/is_alive: the only call that needs no TLS. */
export const isAlive: V1Method = {
  name: 'system/is_alive',
  verb: 'GET',
  secure: false,
  production: false,
  parameters: [],
  run: () => success(null),
}

/** pilot/get_job_status (contracts/panda-server.md 7). */
export const getJobStatus: V1Method = {
  name: 'pilot/get_job_status',
  verb: 'GET',
  secure: true,
  production: false,
  parameters: [...required('list of int', 'job_ids'), ...optional('int', ['timeout'], 60)],
  run: (call) => {
    const ids = jobIds(call)
    const jobs = peekJobs(call.panda, ids)
    return success(
      ids.map((id, index) => ({
        job_id: id,
        status: jobs[index]?.state ?? 'not found',
        attempt_number: jobs[index]?.attemptNr ?? 0,
      })),
    )
  },
}

/** job/get_status: state and pending command. */
export const getStatus: V1Method = {
  name: 'job/get_status',
  verb: 'GET',
  secure: true,
  production: false,
  parameters: [...required('list of int', 'job_ids'), ...optional('int', ['timeout'], 60)],
  run: (call) => success(jobIds(call).map((id) => jobStatus(call.panda, call.now, id))),
}

/** metaconfig/get_resource_types. */
export const getResourceTypes: V1Method = {
  name: 'metaconfig/get_resource_types',
  verb: 'GET',
  secure: false,
  production: false,
  parameters: [],
  run: () => success(resourceTypes),
}

function jobIds(call: V1Call): number[] {
  const ids = call.parameters.job_ids
  return isList(ids) ? ids.map(Number) : []
}
