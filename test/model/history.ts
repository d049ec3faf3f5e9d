// Questions to ask of a path.

import type { AnyEventObject } from 'xstate'
import type { Happening } from './run.ts'
import type { Path } from './walk.ts'

/** The inputs with which children of this name were started, in order. */
export function started<Input>({ history }: Path, child: string): Input[] {
  return history.flatMap((happening) =>
    happening.kind === 'started' && happening.child === child ? [happening.input as Input] : [],
  )
}

/** What the chart told its parent. */
export function told({ history }: Path, type: string): AnyEventObject[] {
  return history.flatMap((happening) =>
    happening.kind === 'told' && happening.message.type === type ? [happening.message] : [],
  )
}

/** What the chart told its children of this name. */
export function heard({ history }: Path, child: string, type: string): AnyEventObject[] {
  return history.flatMap((happening) =>
    happening.kind === 'heard' && happening.child === child && happening.message.type === type
      ? [happening.message]
      : [],
  )
}

/** How children of this name ended by themselves. */
export function ended({ history }: Path, child: string): string[] {
  return history.flatMap((happening) =>
    happening.kind === 'ended' && happening.child === child ? [happening.how] : [],
  )
}

/** The largest number of children of this name that lived side by side. */
export function mostAtOnce({ history }: Path, child: string): number {
  let alive = 0
  let most = 0
  for (const happening of history) {
    if (!('child' in happening) || happening.child !== child) continue
    if (happening.kind === 'started') alive += 1
    if (happening.kind === 'ended' || happening.kind === 'stopped') alive -= 1
    most = Math.max(most, alive)
  }
  return most
}

/** Children of any name that still live at the end of the path. */
export function alive({ history }: Path): string[] {
  const living = new Set<string>()
  for (const happening of history) {
    if (happening.kind === 'started') living.add(happening.id)
    if (happening.kind === 'ended' || happening.kind === 'stopped') living.delete(happening.id)
  }
  return [...living]
}

/** The last of these moves that was made. */
export function lastMove({ moves }: Path, ...names: readonly string[]): string | undefined {
  return moves.findLast((move) => names.includes(move))
}

export function isClosed({ history }: Path): boolean {
  return history.some(({ kind }) => kind === 'closed')
}

/** What the chart ended with; undefined while it lives. */
export function outputOf<Output>({ history }: Path): Output | undefined {
  return history.flatMap((happening) => (happening.kind === 'closed' ? [happening.output as Output] : []))[0]
}

/** Picks one kind of happening out of a history. */
export type Mark = (happening: Happening) => boolean

export function startOf(child: string): Mark {
  return (happening) => happening.kind === 'started' && happening.child === child
}

export function endOf(child: string, ...hows: readonly string[]): Mark {
  return (happening) =>
    happening.kind === 'ended' && happening.child === child && (hows.length === 0 || hows.includes(happening.how))
}

/** It was stopped by its parent, with or without having been told to end. */
export function stopOf(child: string): Mark {
  return (happening) => happening.kind === 'stopped' && happening.child === child
}

export function moveOf(...names: readonly string[]): Mark {
  return (happening) => happening.kind === 'moved' && names.includes(happening.move)
}

/** A word of the chart to its parent. */
export function tellOf(...types: readonly string[]): Mark {
  return (happening) => happening.kind === 'told' && types.includes(happening.message.type)
}

export function entryOf(state: string): Mark {
  return (happening) => happening.kind === 'entered' && happening.states.includes(state)
}

/** Does the second come anywhere after the first? */
export function follows({ history }: Path, first: Mark, second: Mark): boolean {
  const index = history.findIndex(first)
  return index >= 0 && history.slice(index + 1).some(second)
}

/** When it first happened, ms from the start of the path. */
export function timeOf({ history }: Path, mark: Mark): number | undefined {
  return history.find(mark)?.at
}

/** The states the chart was in at that point of the path. */
export function statesAt({ history }: Path, index: number): readonly string[] {
  const last = history.slice(0, index).findLast(({ kind }) => kind === 'entered')
  return last?.kind === 'entered' ? last.states : []
}
