/**
 * What became of a call that asks for something. `refused` = asking the same again cannot help; `unknown` = nobody
 * knows whether the server did it: time-out, 5xx, cut or unreadable answer, a failure that may pass.
 */
export type ServerAnswer<Value> =
  | { readonly kind: 'done'; readonly value: Value }
  | { readonly kind: 'refused'; readonly text: string }
  | { readonly kind: 'unknown'; readonly text: string }
