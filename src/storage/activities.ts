import type { QueueData } from '../job/queue-data.ts'

/** What is moved: activities differ for inputs, outputs and the log. */
export type FileRole = 'input' | 'output' | 'log'

/** Names under which queue documents of different ages list the same activity. */
const synonyms: Readonly<Record<string, readonly string[]>> = {
  read_lan: ['read_lan', 'pr'],
  write_lan: ['write_lan', 'w', 'pw'],
}

const fixed: Readonly<Record<FileRole, readonly string[]>> = {
  input: ['read_lan'],
  output: ['write_lan'],
  log: ['pl', 'write_lan'],
}

function withSynonyms(activities: readonly string[]): string[] {
  return activities.flatMap((activity) => synonyms[activity] ?? [activity])
}

/** A queue for both kinds of work keeps what analysis writes, and reads first, apart. */
function mixed(queue: QueueData, analysis: boolean): boolean {
  return analysis && queue.type === 'unified'
}

/** Activities whose copytools serve a file, first with content wins (contracts/pilot-data.md 2.2). */
function copytoolActivities(role: FileRole, queue: QueueData, analysis: boolean): readonly string[] {
  const list = withSynonyms(fixed[role])
  if (role === 'input' || !mixed(queue, analysis)) return [...list, 'default']
  const at = list.indexOf('write_lan')
  return [...list.slice(0, at), 'write_lan_analysis', ...list.slice(at), 'default']
}

/** Activities whose RSEs count as local (in) or as destinations (out), first with content wins (2.2, 2.3, 3.2). */
export function storageActivities(role: FileRole, queue: QueueData, analysis: boolean): readonly string[] {
  if (role === 'input') {
    return mixed(queue, analysis) ? ['read_lan_analysis', ...withSynonyms(fixed.input)] : withSynonyms(fixed.input)
  }
  return copytoolActivities(role, queue, analysis).filter((activity) => activity !== 'default')
}

/** The list of the first activity that has one. */
export function firstWithContent<T>(
  lists: Readonly<Record<string, readonly T[]>>,
  activities: readonly string[],
): readonly T[] {
  for (const activity of activities) {
    const list = Object.hasOwn(lists, activity) ? lists[activity] : undefined
    if (list !== undefined && list.length > 0) return list
  }
  return []
}

/** The queue's copytools for a file, in the order to be tried; without `acopytools` every tool it names serves everything. */
export function namedCopytools(role: FileRole, queue: QueueData, analysis: boolean): readonly string[] {
  const hasActivities = Object.values(queue.copytoolsByActivity).some((tools) => tools.length > 0)
  if (!hasActivities) return queue.copytools
  return firstWithContent(queue.copytoolsByActivity, copytoolActivities(role, queue, analysis))
}
