import { jobAnswer } from '../job-answer.ts'
import { acquireJobs as acquireFromModel } from '../model/acquire.ts'
import { isProduction } from '../model/caller.ts'
import { failure, intOr, optional, required, success, textOr, type V1Method } from './method.ts'

/** pilot/acquire_jobs (contracts/panda-server.md 4). */
export const acquireJobs: V1Method = {
  name: 'pilot/acquire_jobs',
  verb: 'POST',
  secure: true,
  production: false,
  parameters: [
    ...required('str', 'site_name'),
    ...optional('int', ['timeout'], 60),
    ...optional('int', ['memory', 'disk_space', 'task_id', 'worker_id', 'remaining_time']),
    ...optional('str', ['prod_source_label', 'node', 'computing_element', 'prod_user_id', 'get_proxy_key']),
    ...optional('int', ['n_jobs'], 1),
    ...optional('bool', ['background', 'via_topic']),
    ...optional('str', ['resource_type', 'harvester_id', 'scheduler_id', 'job_type']),
  ],
  run: (call) => {
    const label = textOr(call, 'prod_source_label')
    const production = isProduction(call.caller)
    if (!production && label !== 'user') {
      return failure('no production/pilot role in VOMS FQANs or non pilot owner')
    }
    const schedulerID = textOr(call, 'scheduler_id')
    const workerID = intOr(call, 'worker_id')
    const { jobs, nSent } = acquireFromModel(call.panda, call.now, {
      queue: String(call.parameters.site_name),
      label,
      memory: Math.max(0, intOr(call, 'memory') ?? 0),
      disk: Math.max(0, intOr(call, 'disk_space') ?? 0),
      remainingTime: Math.max(0, intOr(call, 'remaining_time') ?? 0),
      node: textOr(call, 'node'),
      computingElement: textOr(call, 'computing_element'),
      userDn: production ? textOr(call, 'prod_user_id') : (call.caller.dn ?? ''),
      taskID: intOr(call, 'task_id'),
      jobType: textOr(call, 'job_type'),
      background: call.parameters.background === true,
      resourceType: textOr(call, 'resource_type'),
      harvesterID: textOr(call, 'harvester_id') ?? schedulerID,
      workerID: workerID === null ? null : String(workerID),
      schedulerID,
      count: intOr(call, 'n_jobs') ?? 1,
      timeout: intOr(call, 'timeout') ?? 60,
    })
    if (jobs.length === 0) return failure('No jobs in PanDA')
    const withProxyKey = production && textOr(call, 'get_proxy_key') !== null
    return success({ StatusCode: 0, jobs: jobs.map((job) => jobAnswer(job, nSent, withProxyKey)) })
  },
}
