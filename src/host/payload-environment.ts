import type { JobDefinition } from '../job/definition.ts'
import type { QueueData } from '../job/queue-data.ts'
import { cookieVariable } from './process-tree.ts'

/** What gives access to something: the pilot's credentials are not the payload's (contracts/pilot-core.md 11.5). */
const credentials =
  /TOKEN|SECRET|PASSW(OR)?D|CREDENTIAL|(^|_)KEY(_|$)|^X509_(USER_|UNIFIED_DISPATCH$)|^(OIDC|PANDA|SSH)_AUTH_/i

/** The pilot's own state and that of the program it runs in (contracts/pilot-core.md 1.3). */
const ownState =
  /^(PILOT_|NPM_|INIT_CWD$|NODE_(OPTIONS|COMPILE_CACHE|CHANNEL_|UNIQUE_ID|V8_)|SERVER_UPDATE$|REACHED_MAXTIME$)/i

/** Names of a site's variables that a shell can hold; others would be lost or misread on the way. */
const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/

/**
 * The whole environment of a payload: ours without the pilot's secrets and state, then the queue's `environ`, then what
 * the experiment plans, then the identity of the job (contracts/pilot-core.md 7.3, those that are not ATLAS's alone).
 *
 * `ATHENA_PROC_NUMBER` set by the site wins over the job's core count (1.3). `RUCIO_ACCOUNT` is the pilot's and goes.
 * A payload proxy is no matter of inheritance: who provides one adds `X509_USER_PROXY` to the plan.
 */
export function payloadEnvironment(
  own: Readonly<Record<string, string | undefined>>,
  queue: Pick<QueueData, 'resource' | 'environ'>,
  job: Pick<JobDefinition, 'pandaId' | 'attemptNr' | 'taskId' | 'coreCount'>,
  planned: Readonly<Record<string, string>>,
): Record<string, string> {
  const environment: Record<string, string> = {}
  for (const [name, value] of Object.entries(own)) {
    if (value !== undefined && mayBeInherited(name)) environment[name] = value
  }
  // What bin/pilot set for the pilot process alone.
  if (own.PILOT_SET_MALLOC_ARENA_MAX !== undefined) delete environment.MALLOC_ARENA_MAX
  for (const [name, value] of Object.entries(queue.environ)) {
    if (variableName.test(name)) environment[name] = value
  }
  Object.assign(environment, planned, {
    TZ: 'UTC',
    PANDA_RESOURCE: queue.resource,
    PANDAID: String(job.pandaId),
    PandaID: String(job.pandaId),
    PanDA_TaskID: job.taskId === undefined ? 'unknown' : String(job.taskId),
    PanDA_AttemptNr: String(job.attemptNr),
  })
  if (job.coreCount > 1) {
    environment.ATHENA_PROC_NUMBER ??= String(job.coreCount)
    environment.ATHENA_CORE_NUMBER ??= environment.ATHENA_PROC_NUMBER
  }
  return environment
}

function mayBeInherited(name: string): boolean {
  return name !== cookieVariable && name !== 'RUCIO_ACCOUNT' && !credentials.test(name) && !ownState.test(name)
}
