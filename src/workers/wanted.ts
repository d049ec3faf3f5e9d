import type { CopyRule } from './json-copies.ts'

/**
 * What is wanted of a JSON value: of a `text` that the reduced text has it, of a `value` that it is known besides, of a
 * `count` only how many elements it has, or parts. `count` and `nothing` are said of members only.
 */
export type Wanted = 'text' | 'value' | 'count' | 'nothing' | WantedRecord | WantedParts

/** The text of an object, and the values of these members. */
export interface WantedRecord {
  readonly values: readonly string[]
  /**
   * Where given: of objects whose first value is none of these, as JSON in ASCII, only the last one need be told; and of
   * several that count something, their sum.
   */
  readonly among?: readonly Uint8Array[]
}

interface WantedParts {
  /** Of an object: the members with these names. */
  readonly members?: ReadonlyMap<string, Wanted>
  /** The elements of an array, and the members that `members` does not name; default: the text of each. */
  readonly each?: Wanted
  /** So many elements of an array. */
  readonly first?: number
  /** UTF-16 units of a text. */
  readonly longestText?: number
  /** Said of members: the reduced text goes without. */
  readonly unwritten?: true
}

/** Longer texts and names are cut; the producer of a report writes 256 characters, others anything. */
export const longestText = 65_536

/** No report says anything this deep; an array or object below so many others is absent. */
const deepest = 64

/** As the producer of a report marks what it cut (contracts/pilot-experiment.md 2.2). */
const mark = ' (truncated)'

/** So many characters take about the memory of a value. */
const charactersPerValue = 32

/** What is wanted of the member `name`. */
export function wantedOf(wanted: Wanted, name: string): Wanted {
  if (typeof wanted === 'string') return wanted
  if ('values' in wanted) return wanted.values.includes(name) ? 'value' : 'text'
  return wanted.members?.get(name) ?? eachOf(wanted)
}

/** What is wanted of every element. */
export function eachOf(wanted: Wanted): Wanted {
  if (typeof wanted === 'string') return wanted
  return 'values' in wanted ? 'text' : (wanted.each ?? 'text')
}

/** UTF-16 units to which a text is cut. */
export function longestTextOf(wanted: Wanted): number {
  return (isParts(wanted) ? wanted.longestText : undefined) ?? longestText
}

/** Elements that are kept of an array. */
export function firstOf(wanted: Wanted): number {
  return (isParts(wanted) ? wanted.first : undefined) ?? Number.POSITIVE_INFINITY
}

/** Whether the reduced text has it. */
export function isWritten(wanted: Wanted): boolean {
  return wanted !== 'nothing' && wanted !== 'count' && !(isParts(wanted) && wanted.unwritten)
}

/** Which values may be copied as they are, nothing of them left out; undefined: none. */
export function copyRuleOf(wanted: Wanted): CopyRule | undefined {
  if (wanted === 'text' || wanted === 'value') return plainText
  if (typeof wanted === 'string') return undefined
  if (!rules.has(wanted)) rules.set(wanted, 'values' in wanted ? asking(wanted.values) : ruleOf(wanted))
  return rules.get(wanted)
}

const plainText: CopyRule = { longestArray: 2 ** 32 - 1, names: [], isAsked: false }
const rules = new WeakMap<object, CopyRule | undefined>()

function asking(names: readonly string[]): CopyRule {
  return { ...plainText, names, isAsked: true }
}

/** What any part of it leaves out must not be there: no name of that kind, and no array too long anywhere. */
function ruleOf({ members, each, first, longestText, unwritten }: WantedParts): CopyRule | undefined {
  const parts = [...(members ?? [])].map(([name, wanted]) =>
    wanted === 'nothing' ? { ...plainText, names: [name] } : copyRuleOf(wanted),
  )
  const known = [copyRuleOf(each ?? 'text'), ...parts].filter((rule) => rule !== undefined && !rule.isAsked)
  if (longestText !== undefined || unwritten || known.length <= parts.length) return undefined
  return {
    longestArray: Math.min(...[first, ...known.map((rule) => rule?.longestArray)].filter((most) => most !== undefined)),
    names: known.flatMap((rule) => rule?.names ?? []),
    isAsked: false,
  }
}

function isParts(wanted: Wanted): wanted is WantedParts {
  return typeof wanted === 'object' && !('values' in wanted)
}

/** So many arrays and objects may still begin one inside the other where `depth` are around. */
export function levelsBelow(depth: number): number {
  return Math.max(0, deepest + 1 - depth)
}

/** Cut to `longest` UTF-16 units and marked, unless the mark would take more than it saves; half surrogate pairs replaced. */
export function cutText(text: string, longest: number): string {
  return (text.length > longest + mark.length ? text.slice(0, longest) + mark : text).toWellFormed()
}

/** What a text of so many characters adds to the number of values read. */
export function costOf(characters: number): number {
  return characters / charactersPerValue
}
