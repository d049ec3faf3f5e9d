import type { AnyStateMachine } from 'xstate'
import { type Arrow, arrowsOf } from '../test/model/transitions.ts'

type Node = AnyStateMachine['root']

/** A chart as a Mermaid state diagram: states in the author's order, one line an arrow, effects as notes. */
export function diagramOf(machine: AnyStateMachine): string {
  const arrows = arrowsOf(machine)
  const lines = [
    `%% Written by \`npm run docs\` from src/machines/${machine.id}.ts; a test checks that it is fresh.`,
    'stateDiagram-v2',
    ...indented(insideOf(machine.root, arrows)),
    ...indented(everywhere(machine.root, arrows)),
  ]
  return `${lines.join('\n')}\n`
}

/** What stands between the braces of a state: its children, then the arrows that lead from one of them to another. */
function insideOf(node: Node, arrows: readonly Arrow[]): string[] {
  const children = Object.values<Node>(node.states).map((child) => stateLines(child, arrows))
  const initial = node.type === 'compound' ? node.initial.target.map((first) => `[*] --> ${idOf(first)}`) : []
  const inner = arrows.filter(({ definition: { source, target } }) => homeOf(source, target?.[0]) === node)
  const regions = children.flatMap((lines, index) => (node.type === 'parallel' && index > 0 ? ['--', ...lines] : lines))
  return [...initial, ...regions, ...inner.flatMap((arrow) => arrowLines(idOf(arrow.definition.source), arrow))]
}

function stateLines(node: Node, arrows: readonly Arrow[]): string[] {
  const id = idOf(node)
  const entry = entryLines(node)
  const stays = staying(node, arrows)
  const effects = node.invoke.map(({ src }) => `runs ${src}`)
  if (Object.keys(node.states).length > 0) {
    const title = [node.key, ...effects, ...entry, ...stays].join(' · ')
    return [`state "${title}" as ${id} {`, ...indented(insideOf(node, arrows)), '}']
  }
  return [
    id === node.key && entry.length + stays.length === 0 ? id : `state "${node.key}" as ${id}`,
    ...[...entry, ...stays].map((text) => `${id} : ${text}`),
    ...effects.map((text) => `note right of ${id} : ${text}`),
    ...(node.type === 'final' ? [`${id} --> [*]`] : []),
  ]
}

/** What the root answers whatever the state: an extra state that stands for all of them. */
function everywhere(root: Node, arrows: readonly Arrow[]): string[] {
  const own = arrows.filter(({ definition }) => definition.source === root)
  if (own.length === 0) return []
  return [
    'state "in any state" as anywhere',
    ...staying(root, arrows).map((text) => `anywhere : ${text}`),
    ...own.flatMap((arrow) => arrowLines('anywhere', arrow)),
  ]
}

function staying(node: Node, arrows: readonly Arrow[]): string[] {
  return arrows
    .filter(({ definition: { source, target } }) => source === node && target === undefined)
    .map((arrow) => `${labelOf(arrow)} / ${actionNames(arrow.definition.actions) || 'ignored'}`)
}

function arrowLines(from: string, arrow: Arrow): string[] {
  return (arrow.definition.target ?? []).map((target) => `${from} --> ${idOf(target)} : ${labelOf(arrow)}`)
}

/** `send done [output.kind === 'accepted']`; the last of several candidates is `otherwise`. */
function labelOf({ event, candidate, candidates, definition: { guard } }: Arrow): string {
  const condition = guard === undefined ? (candidate > 1 ? 'otherwise' : undefined) : guardText(guard)
  const text = [event, ...(condition === undefined ? [] : [`[${condition}]`])].join(' ')
  return (candidates > 1 && event === 'always' ? text.replace('always ', '') : text).replaceAll(':', '#58;')
}

/** A guard's name with its parameter, or the body of the function that stands in its place. */
function guardText(guard: unknown): string {
  if (typeof guard === 'string') return guard
  if (typeof guard === 'function') return bodyOf(guard)
  const { type, params } = guard as { readonly type: string; readonly params?: unknown }
  return typeof params === 'string' ? `${type} ${params}` : type
}

function bodyOf(guard: object): string {
  return String(guard)
    .replace(/^[^=]*=>\s*/, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\b(event|context)\.(?=\w)/g, '')
}

/** The actions by their names; the runtime's own go by theirs. */
function actionNames(actions: readonly unknown[]): string {
  return actions
    .map((action) => (typeof action === 'string' ? action : (action as { readonly type: string }).type))
    .map((name) => name.replace('xstate.', ''))
    .join(', ')
}

/** What is done on entering; the timers that the runtime arms there are shown as arrows. */
function entryLines({ entry }: Node): string[] {
  const names = actionNames(entry.filter((action) => (action as { readonly type?: string }).type !== 'xstate.raise'))
  return names === '' ? [] : [`entry / ${names}`]
}

function idOf({ path }: Node): string {
  return path.join('_')
}

/** The innermost state around both ends of an arrow; none for one that stays where it is. */
function homeOf(source: Node, target: Node | undefined): Node | undefined {
  if (target === undefined) return undefined
  let home = source.parent
  while (home !== undefined && !home.path.every((key, index) => target.path[index] === key)) home = home.parent
  return home
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`)
}
