export function isJobName(text: string): boolean {
  return /^\d+(\.\d+)?$/.test(text)
}

export function noJobName(text: string): string {
  return `${text} is no job: write a PandaID, or PandaID.attempt`
}

/** The one job that is meant by a PandaID or PandaID.attempt; a text when there is none, or more than one. */
export function chooseJob<Job extends { readonly job: string }>(
  jobs: readonly Job[],
  name: string,
  database: string,
): Job | string {
  const [one, ...others] = jobs.filter(({ job }) => job === name || job.startsWith(`${name}.`))
  if (one === undefined) {
    return `there is no job ${name} in ${database}: ${jobs.length === 0 ? 'it has none' : `it has ${names(jobs)}`}`
  }
  return others.length === 0 ? one : `job ${name} has the attempts ${names([one, ...others])}: name one`
}

/** How many jobs are named in a message. */
const mostNames = 10

function names(jobs: readonly { readonly job: string }[]): string {
  const named = jobs.slice(0, mostNames).map(({ job }) => job)
  return jobs.length > mostNames ? `${named.join(', ')} and ${jobs.length - mostNames} more` : named.join(', ')
}
