import { jobAnswer } from '../job-answer.ts'
import { acquireJobs } from '../model/acquire.ts'
import { isPilot } from '../model/caller.ts'
import { dumpJson } from '../python/json.ts'
import { str } from '../python/text.ts'
import { PythonError, type PythonValue, toFloat, toInt } from '../python/values.ts'
import { dictionary, given, type LegacyCall, type LegacyMethod, type LegacyReply, noRole, refusal } from './method.ts'

/** getJob (contracts/panda-server.md 4). */
export const getJob: LegacyMethod = {
  name: 'getJob',
  required: ['siteName'],
  optional: [
    ...['token', 'timeout', 'cpu', 'mem', 'diskSpace', 'prodSourceLabel', 'node', 'computingElement', 'AtlasRelease'],
    ...['prodUserID', 'getProxyKey', 'countryGroup', 'workingGroup', 'allowOtherCountry', 'taskID', 'nJobs'],
    ...['background', 'resourceType', 'harvester_id', 'worker_id', 'schedulerID', 'jobType', 'viaTopic'],
    'remaining_time',
  ],
  run,
}

function run(call: LegacyCall): LegacyReply {
  const withProxyKey = given(call, 'getProxyKey') === 'True'
  const pilot = isPilot(call.caller, withProxyKey)
  const label = text(given(call, 'prodSourceLabel'))
  if (!pilot && label !== 'user') return refusal(call, 60, noRole)

  const nJobs = given(call, 'nJobs')
  const taskID = text(given(call, 'taskID'))
  const { jobs, nSent } = acquireJobs(call.panda, call.now, {
    queue: str(given(call, 'siteName')),
    label,
    memory: size(given(call, 'mem')),
    disk: size(given(call, 'diskSpace')),
    remainingTime: size(given(call, 'remaining_time')),
    node: text(given(call, 'node')),
    computingElement: text(given(call, 'computingElement')),
    userDn: pilot ? text(given(call, 'prodUserID')) : (call.caller.dn ?? ''),
    taskID: taskID === null || taskID === 'NULL' ? null : toInt(taskID),
    jobType: text(given(call, 'jobType')),
    background: given(call, 'background') === 'True',
    resourceType: text(given(call, 'resourceType')),
    harvesterID: text(given(call, 'harvester_id')),
    workerID: text(given(call, 'worker_id')),
    schedulerID: text(given(call, 'schedulerID')),
    count: numberOr(nJobs, 1),
    timeout: toInt(call.parameters.timeout ?? 60),
  })
  const [first] = jobs
  if (first === undefined) return refusal(call, 20, 'no jobs in PanDA')
  if (nJobs === null) return dictionary(jobAnswer(first, nSent, withProxyKey))
  const list = jobs.map((job) => jobAnswer(job, nSent, withProxyKey))
  return dictionary({ StatusCode: 0, jobs: call.acceptJson ? list : dumpJson(list) })
}

/** The server reads sizes as floats, cuts them, and takes whatever it cannot read as "no cut". */
function size(value: PythonValue): number {
  try {
    return Math.max(0, Math.trunc(toFloat(value)))
  } catch (error) {
    if (error instanceof PythonError) return 0
    throw error
  }
}

function numberOr(value: PythonValue, otherwise: number): number {
  return value === null || !/^\d+$/.test(str(value)) ? otherwise : Number(str(value))
}

/** An empty text counts as not sent, as in the server's queries. */
function text(value: PythonValue): string | null {
  return value === null || value === '' ? null : str(value)
}
