import { setFlagsFromString } from 'node:v8'

/**
 * Bytes of WebAssembly code that run before V8 optimises a function; its own default is 13,000,000. undici's parser of
 * HTTP is one huge function that jumps back with every character: after two answers a pilot would spend 24 MB and half a
 * core's tenth of a second on the optimised form of a parser that reads one answer every half hour, and keep 8 MB for good.
 */
const budget = 1_000_000_000

/** To be called before the first connection: a module keeps the budget that held when it was compiled. */
export function spareParserOptimisation(): void {
  setFlagsFromString(`--wasm-tiering-budget=${budget}`)
}
