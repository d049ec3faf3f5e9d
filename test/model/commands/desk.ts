import type { AnyEventObject } from 'xstate'
import { SteppedClock } from '../clock.ts'

/** What is seen at the ports and above the chart, in order. `at` in ms since the start. */
export type Seen = { readonly at: number } & (
  | { readonly kind: 'sent'; readonly name: string }
  | { readonly kind: 'asked'; readonly name: string; readonly detail: unknown }
  | { readonly kind: 'answered'; readonly name: string; readonly how: string; readonly detail: unknown }
  | { readonly kind: 'told'; readonly message: AnyEventObject }
  | { readonly kind: 'closed'; readonly output: unknown }
  | { readonly kind: 'broke'; readonly error: unknown }
  /** kill -9: what was under way is unheard, the records stay. */
  | { readonly kind: 'died' }
)

type SeenNow = Seen extends infer One ? (One extends Seen ? Omit<One, 'at'> : never) : never

/** Told everything that is seen; says what is wrong with it. */
export type Judge = (seen: Seen) => string | undefined

/** The answers a port may give to one call, by name; the first is the usual one. */
type Answers<T> = Readonly<Record<string, () => T | Promise<T>>>

export interface Call {
  readonly name: string
  readonly answer: (how: string) => void
}

/** Where every port call of a body waits until it is answered by hand, and time stands still until it is told to go on. */
export class Desk {
  readonly clock = new SteppedClock()
  readonly waiting: Call[] = []
  /** What the judge objected to. */
  readonly objections: string[] = []
  /** Hears of each call that is held. */
  onHeld: (call: Call) => void = () => {}
  readonly #held: ReadonlySet<string>
  readonly #judge: Judge

  /** `held`: names of the calls that wait; all others get their usual answer at once. */
  constructor(held: Iterable<string>, judge: Judge) {
    this.#held = new Set(held)
    this.#judge = judge
  }

  ask<T>(name: string, detail: unknown, answers: Answers<T>): Promise<T> {
    this.see({ kind: 'asked', name, detail })
    const give = (how: string): T | Promise<T> => {
      const answer = answers[how]
      if (answer === undefined) throw new Error(`${name} is never answered with "${how}"`)
      this.see({ kind: 'answered', name, how, detail })
      return answer()
    }
    if (!this.#held.has(name)) return new Promise((resolve) => resolve(give(Object.keys(answers)[0] ?? '')))
    return new Promise((resolve) => {
      const call: Call = {
        name,
        answer: (how) => {
          const place = this.waiting.indexOf(call)
          if (place < 0) return
          this.waiting.splice(place, 1)
          resolve(new Promise((settle) => settle(give(how))))
        },
      }
      this.waiting.push(call)
      this.onHeld(call)
    })
  }

  see(seen: SeenNow): void {
    const objection = this.#judge({ at: this.clock.now, ...seen } as Seen)
    if (objection !== undefined) this.objections.push(objection)
  }
}
