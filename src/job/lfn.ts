import type { Lfn } from './ids.ts'

/** Longest LFN the catalogues take (contracts/pilot-core.md 6.1, code 1190). */
const longestLfn = 255

const grammar = /^[A-Za-z0-9_][A-Za-z0-9._+=:@~#%,-]*$/

export type LfnProblem = { readonly kind: 'too-long' | 'not-a-file-name'; readonly text: string }

/**
 * Accepts a name that is safe as one element of a path: no directory, no leading dash or dot, no control character.
 * `zip://` is stripped by the caller beforehand.
 */
export function parseLfn(text: string): { readonly lfn: Lfn } | { readonly problem: LfnProblem } {
  if (text.length > longestLfn) {
    return {
      problem: {
        kind: 'too-long',
        text: `LFN of ${text.length} characters, at most ${longestLfn}: ${text.slice(0, 40)}…`,
      },
    }
  }
  if (!grammar.test(text)) {
    return {
      problem: {
        kind: 'not-a-file-name',
        text: `LFN ${JSON.stringify(text)} is not a plain file name (no "/", no leading "." or "-")`,
      },
    }
  }
  return { lfn: text as Lfn }
}
