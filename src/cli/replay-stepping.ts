import { once } from 'node:events'
import { emitKeypressEvents } from 'node:readline'
import { replay } from '../simulation/replay/replay.ts'
import type { Step } from '../simulation/replay/step.ts'

interface Key {
  readonly name?: string
  readonly ctrl?: boolean
}

export interface Stepping {
  readonly records: Parameters<typeof replay>[0]
  readonly missing: readonly number[]
  readonly supposition: NonNullable<Parameters<typeof replay>[2]>['supposition']
  /** How many steps there are. */
  readonly count: number
  readonly draw: (steps: readonly Step[], step: Step) => string
}

const help = '\n→ next   ← back   Home first   End last   q quit\n'

/**
 * Steps through a replay by keys. A step back is a replay from the beginning that ends one step earlier: the same records
 * give the same steps.
 */
export async function stepThrough({ records, missing, supposition, count, draw }: Stepping): Promise<void> {
  const { stdin, stdout } = process
  emitKeypressEvents(stdin)
  stdin.setRawMode(true)
  stdin.resume()
  let at = 1
  try {
    for (;;) {
      const until = ({ nth }: Step) => nth >= at
      const replayed = await replay(records, missing, { until, ...(supposition && { supposition }) })
      if (replayed.kind === 'refused') return
      const step = replayed.steps.at(-1)
      if (step === undefined) return
      stdout.write(`\x1b[2J\x1b[H${draw(replayed.steps, step)}\n${at} of ${count}${help}`)
      const next = placeAfter(await key(), at, count)
      if (next === undefined) return
      at = next
    }
  } finally {
    stdin.setRawMode(false)
    stdin.pause()
  }
}

async function key(): Promise<Key> {
  const [, pressed] = (await once(process.stdin, 'keypress')) as [string | undefined, Key]
  return pressed
}

/** The step to show after a key; undefined = leave. */
export function placeAfter({ name, ctrl }: Key, at: number, count: number): number | undefined {
  if (name === 'q' || name === 'escape' || (ctrl === true && (name === 'c' || name === 'd'))) return undefined
  if (name === 'right' || name === 'down' || name === 'space' || name === 'return') return Math.min(at + 1, count)
  if (name === 'left' || name === 'up' || name === 'backspace') return Math.max(at - 1, 1)
  if (name === 'home') return 1
  return name === 'end' ? count : at
}
