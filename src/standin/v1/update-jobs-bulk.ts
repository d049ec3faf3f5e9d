import { str } from '../python/text.ts'
import { isDict, isList, PythonError, type PythonValue } from '../python/values.ts'
import { failure, optional, required, success, type V1Method } from './method.ts'
import { updateJob } from './update-job.ts'
import { validate } from './validate.ts'

/**
 * pilot/update_jobs_bulk: full update_job envelopes in a list. An exception refuses the call with an empty list though
 * the jobs before it were updated (contracts/panda-server.md 5.6).
 */
export const updateJobsBulk: V1Method = {
  name: 'pilot/update_jobs_bulk',
  verb: 'POST',
  secure: true,
  production: true,
  parameters: [...required('list of dict', 'job_list'), ...optional('str', ['harvester_id'])],
  run: (call) => {
    const list = call.parameters.job_list
    const answers: PythonValue[] = []
    try {
      for (const job of isList(list) ? list.filter(isDict) : []) {
        const missing = ['job_id', 'job_status'].find((key) => job[key] === undefined)
        if (missing !== undefined) throw new PythonError(`'${missing}'`, 'KeyError')
        const sent = job.meta_data === undefined ? job : { ...job, meta_data: str(job.meta_data) }
        const checked = validate(updateJob, updateJob.verb, call.caller, sent)
        const { success, message, data } =
          checked.kind === 'refused'
            ? failure(checked.message)
            : updateJob.run({ ...call, parameters: checked.parameters })
        answers.push({ success, message, data })
      }
    } catch (error) {
      if (error instanceof PythonError) return failure(`failed with ${error.type} ${error.message}`, [])
      throw error
    }
    return success(answers)
  },
}
