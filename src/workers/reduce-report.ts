import { getHeapStatistics } from 'node:v8'
import { exactJson, isMembers, type Members } from './strict-json.ts'

/** Characters of the outcome; the text goes to the main thread and is held there. */
const mostCharacters = 128 << 20

/**
 * The reduced report for `metaData` (contracts/pilot-experiment.md 2.8) as compact, strict JSON text: what `wantedOfReport`
 * left of the report, without the inputs. `files.output` and `resource` are whole. A report that is huge all the same also
 * loses `executor`, then everything but single values.
 */
export function reduceReport(report: Members): string {
  const { cmdLine, executor, files, ...rest } = report
  const reduced = isMembers(files) ? { ...report, files: { ...files, input: undefined } } : report
  const withoutSteps = { ...rest, ...(isMembers(files) ? { files: { output: files.output } } : {}) }
  const single = Object.fromEntries(Object.entries(rest).filter(([, value]) => typeof value !== 'object'))
  return JSON.stringify([reduced, withoutSteps].find((candidate) => fits(lengthOf(candidate))) ?? single)
}

/** About how many characters the JSON of `value` has, or a few more. */
function lengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length + 3
  if (typeof value !== 'object' || value === null) return String(value).length + 1
  if (exactJson.isRawJSON(value)) return value.rawJSON.length + 1
  let length = 2
  for (const name in value) length += name.length + 4 + lengthOf((value as Members)[name])
  return length
}

/** JSON.stringify, like JSON.parse, ends the process where it exhausts the heap: it needs up to four bytes a character. */
function fits(characters: number): boolean {
  const { heap_size_limit, used_heap_size } = getHeapStatistics()
  return characters <= mostCharacters && 4 * characters < heap_size_limit - used_heap_size
}
