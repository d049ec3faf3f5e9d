import { setFlagsFromString } from 'node:v8'

/**
 * Bytes of WebAssembly code that run before V8 optimises a function; its own default is 13,000,000. undici's parser of
 * HTTP is one huge function that jumps back with every character: after two answers a pilot would spend 24 MB and a tenth
 * of a second of a core on the optimised form of a parser that reads one answer every half hour, and keep 8 MB for good.
 */
const parserBudget = 1_000_000_000

/**
 * What the main thread does, it does a few times: V8's optimising compiler takes 5 MB of memory there and gains nothing. The
 * worker threads that loop over bytes ask for it (`workers/optimise.ts`).
 *
 * To be called first of all: a compiler that never ran took no memory, and a module keeps the budget that held when it was
 * compiled.
 */
export function spareCompilers(): void {
  setFlagsFromString(`--wasm-tiering-budget=${parserBudget}`)
  setFlagsFromString('--no-opt')
}
