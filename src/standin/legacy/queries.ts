import { resourceTypes } from '../model/resource-types.ts'
import { jobStatus, peekJobs } from '../model/status.ts'
import { repr, str } from '../python/text.ts'
import { PythonError, toInt, typeName } from '../python/values.ts'
import { dictionary, given, type LegacyMethod } from './method.ts'

export const isAlive: LegacyMethod = {
  name: 'isAlive',
  required: [],
  optional: [],
  run: () => ({ kind: 'text', text: 'alive=yes' }),
}

/** getStatus: always url-encoded; the plus signs of its values are data (contracts/panda-server.md 7). */
export const getStatus: LegacyMethod = {
  name: 'getStatus',
  required: ['ids'],
  optional: ['timeout'],
  run: (call) => {
    const ids = given(call, 'ids')
    if (typeof ids !== 'string') throw new PythonError(`'${typeName(ids)}' object has no attribute 'split'`)
    const jobs = peekJobs(
      call.panda,
      ids
        .split(/\s+/)
        .filter((id) => id !== '')
        .map(Number),
    )
    return {
      kind: 'urlencoded',
      data: {
        StatusCode: 0,
        status: jobs.map((job) => job?.state ?? 'notfound').join('+'),
        attemptNr: jobs.map((job) => job?.attemptNr ?? 0).join('+'),
      },
    }
  },
}

export const checkJobStatus: LegacyMethod = {
  name: 'checkJobStatus',
  required: ['ids'],
  optional: ['timeout'],
  run: (call) => {
    const ids = str(given(call, 'ids'))
      .split(',')
      .map((id) => toInt(id))
    const data = ids.map((id) => jobStatus(call.panda, call.now, id))
    return { kind: 'json', data: { StatusCode: 0, data } }
  },
}

/** getResourceTypes: the url-encoded form holds a Python repr. */
export const getResourceTypes: LegacyMethod = {
  name: 'getResourceTypes',
  required: [],
  optional: ['timeout'],
  run: (call) =>
    dictionary({ StatusCode: 0, Returns: 0, ResourceTypes: call.acceptJson ? resourceTypes : repr(resourceTypes) }),
}
