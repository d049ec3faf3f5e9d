import { setFlagsFromString } from 'node:v8'

/**
 * Bytes of WebAssembly code that run before V8 optimises a function; its own default is 13,000,000. undici's parser of
 * HTTP is one huge function that jumps back with every character: after two answers a pilot would spend 24 MB and a tenth
 * of a second of a core on the optimised form of a parser that reads one answer every half hour, and keep 8 MB for good.
 */
const parserBudget = 1_000_000_000

/**
 * What the main thread does, it does a few times: V8's optimising compilers take 7 MB of memory there and gain nothing. The
 * worker threads that loop over bytes ask for one (`workers/optimise.ts`).
 *
 * To be called before the first connection, since a module keeps the budget that held when it was compiled, and not before
 * the pilot's modules are loaded and its database is held: with any flag set V8 refuses the compiled code that comes with
 * Node, of which the database's lock needs some more.
 */
export function spareCompilers(): void {
  for (const flag of [`--wasm-tiering-budget=${parserBudget}`, '--no-opt', '--no-maglev']) setFlagsFromString(flag)
}

/**
 * As V8 would have it by itself. To be called before a thread is started: with other flags than those with which Node's own
 * code was compiled it is compiled anew, and the thread takes 100 ms to start instead of 50.
 */
export function allowCompilers(): void {
  for (const flag of ['--wasm-tiering-budget=13000000', '--opt', '--maglev']) setFlagsFromString(flag)
}
