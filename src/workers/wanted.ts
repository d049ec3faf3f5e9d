import { exactJson, isMembers, type Members } from './strict-json.ts'

/**
 * What is wanted of a JSON value: all of it, nothing, of an array the number of its elements, or parts. One description
 * serves the reader of large texts, which passes over the rest, and `takeWanted`, which takes the rest out of a tree.
 * `nothing` is said of members only.
 */
export type Wanted = 'all' | 'nothing' | 'count' | WantedParts

export interface WantedParts {
  /** Of an object: the members with these names. */
  readonly members?: ReadonlyMap<string, Wanted>
  /** The elements of an array, and the members that `members` does not name; default: all of each. */
  readonly each?: Wanted
  /** So many elements of an array. */
  readonly first?: number
  /** UTF-16 units of a text. */
  readonly longestText?: number
}

/** Longer texts and names are cut; the producer of a report writes 256 characters, others anything. */
const longestText = 65_536

/** No report says anything this deep; values there are absent. */
const deepest = 64

/** As the producer of a report marks what it cut (contracts/pilot-experiment.md 2.2). */
const mark = ' (truncated)'

/** So many characters take about the memory of a value. */
const charactersPerValue = 32

/** What is wanted of the member `name`. */
export function wantedOf(wanted: Wanted, name: string): Wanted {
  return (typeof wanted === 'string' ? undefined : wanted.members?.get(name)) ?? eachOf(wanted)
}

/** What is wanted of every element. */
export function eachOf(wanted: Wanted): Wanted {
  return typeof wanted === 'string' ? 'all' : (wanted.each ?? 'all')
}

/** UTF-16 units to which a text is cut. */
export function longestTextOf(wanted: Wanted): number {
  return typeof wanted === 'string' ? longestText : (wanted.longestText ?? longestText)
}

/** Elements that are kept of an array. */
export function firstOf(wanted: Wanted): number {
  return typeof wanted === 'string' ? Number.POSITIVE_INFINITY : (wanted.first ?? Number.POSITIVE_INFINITY)
}

/** Whether an array or object below `depth` others is beyond what is read. */
export function isTooDeep(depth: number): boolean {
  return depth > deepest
}

/** Cut to `longest` UTF-16 units and marked, unless the mark would take more than it saves; half surrogate pairs replaced. */
export function cutText(text: string, longest: number): string {
  return (text.length > longest + mark.length ? text.slice(0, longest) + mark : text).toWellFormed()
}

/** The name as it is kept. */
export function cutName(name: string): string {
  return cutText(name, longestText)
}

/** What a text adds to the number of values that `spend` is told. */
export function costOf(text: string): number {
  return text.length / charactersPerValue
}

/**
 * Leaves in `value`, which JSON.parse gave, what is wanted, mostly in place: a second tree would double the
 * memory. Half surrogate
 * pairs, numbers that are not finite and values too deep become what a reader of strict JSON takes. `depth`: arrays and
 * objects around it. `spend` is told how many values there are, and throws when it is enough.
 */
export function takeWanted(value: unknown, wanted: Wanted, depth: number, spend: (values: number) => void): unknown {
  spend(1)
  if (wanted === 'count') return Array.isArray(value) ? value.length : undefined
  if (typeof value === 'string') {
    spend(costOf(value))
    return cutText(value, longestTextOf(wanted))
  }
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value !== 'object' || value === null || exactJson.isRawJSON(value)) return value
  if (isTooDeep(depth)) return undefined
  if (Array.isArray(value)) {
    const each = eachOf(wanted)
    if (value.length > firstOf(wanted)) value.length = firstOf(wanted)
    for (let at = 0; at < value.length; at++) value[at] = takeWanted(value[at], each, depth + 1, spend)
    return value
  }
  return isMembers(value) ? takeMembers(value, wanted, depth, spend) : value
}

function takeMembers(members: Members, wanted: Wanted, depth: number, spend: (values: number) => void): Members {
  let named = true
  for (const name of Object.keys(members)) {
    const ofMember = wantedOf(wanted, name)
    if (ofMember === 'nothing') delete members[name]
    else members[name] = takeWanted(members[name], ofMember, depth + 1, spend)
    named &&= cutName(name) === name
  }
  return named ? members : Object.fromEntries(Object.entries(members).map(([name, value]) => [cutName(name), value]))
}
