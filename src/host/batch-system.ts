/** The batch system that runs us and what it calls this job; both empty when there is none we know. */
export interface BatchJob {
  readonly batchType: string
  readonly batchId: string
}

type Environment = Readonly<Record<string, string | undefined>>

/** The first variable that is set tells (contracts/panda-server.md 1.7). */
const batchVariables = [
  ['QSUB_REQNAME', 'BQS'],
  ['BQSCLUSTER', 'BQS'],
  ['PBS_JOBID', 'Torque'],
  ['LSB_JOBID', 'LSF'],
  ['JOB_ID', 'Grid Engine'],
  ['clusterid', 'Condor'],
  ['SLURM_JOB_ID', 'SLURM'],
  ['K8S_JOB_ID', 'Kubernetes'],
] as const

/** `jobAd`: text of the file that `_CONDOR_JOB_AD` names, or empty; its GlobalJobId is asked last. */
export function batchJob(environment: Environment, jobAd: string): BatchJob {
  for (const [variable, batchType] of batchVariables) {
    const batchId = environment[variable]
    if (batchId !== undefined && batchId !== '') return { batchType, batchId }
  }
  const globalJobId = /^GlobalJobId[ \t]*=[ \t]*"([^"\n]*)"/im.exec(jobAd)?.[1]
  return globalJobId === undefined ? { batchType: '', batchId: '' } : { batchType: 'Condor', batchId: globalJobId }
}

/** `<slot>@<host>` where HTCondor names a slot, else the host (contracts/panda-server.md 1.7). */
export function nodeName(environment: Environment, hostname: string): string {
  const host = environment.PANDA_HOSTNAME || hostname
  const slot = environment._CONDOR_SLOT
  return slot ? `${slot}@${host}` : host
}
