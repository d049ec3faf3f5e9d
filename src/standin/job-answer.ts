import type { Job } from './model/job.ts'
import type { PythonDict, PythonValue } from './python/values.ts'

/**
 * The dictionary of one job as both dialects send it: StatusCode first, the definition in its own order, then what
 * the call adds (contracts/panda-server.md 11). The definition is sent as it was given; the model never reads it back.
 */
export function jobAnswer(job: Job, nSent: number, withProxyKey: boolean): PythonDict {
  const { StatusCode: _, ...definition } = job.definition as Record<string, PythonValue>
  return {
    StatusCode: 0,
    ...definition,
    nSent,
    ...(withProxyKey ? { credname: '', myproxy: '' } : {}),
    ...(job.debug ? { pilotSecrets: job.pilotSecrets } : {}),
  }
}
