import type { DialectName, WireCall } from '../dialect.ts'
import type { Reply } from '../exchange.ts'
import type { Verdict } from '../verdict.ts'

/** How one dialect makes a call and reads its answer. Pure; `read` never throws, whatever the bytes. */
interface Form<Input, Value> {
  /** A text instead of a call: why this dialect cannot say it, for people. */
  request(input: Input): WireCall | string
  read(reply: Reply, input: Input): Verdict<Value>
}

/** A call of the pilot in both dialects, side by side. */
export type Call<Input, Value> = Readonly<Record<DialectName, Form<Input, Value>>>

/** The form of a call that a dialect does not have. */
export function notSpoken(text: string): Form<unknown, never> {
  return { request: () => text, read: () => ({ kind: 'refused', text }) }
}
