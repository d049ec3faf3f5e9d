import { setFlagsFromString } from 'node:v8'

/**
 * To be called by a task before it loops over megabytes in JavaScript: the pilot goes without V8's optimising compiler
 * until then (`cli/spare-compilers.ts`). Flags belong to the process, so it holds for all threads from then on.
 */
export function optimise(): void {
  setFlagsFromString('--opt')
}
