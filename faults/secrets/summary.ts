import { type Result, run } from './run.ts'

export interface Summary extends Result {
  readonly ok: boolean
}

/** A job that fails in a pilot with a token, and one that finishes in a pilot with a proxy. */
export async function summarise(): Promise<Summary> {
  const results = await Promise.all([run('token', 3), run('proxy', 0)])
  const sum = (of: (result: Result) => number): number => results.reduce((total, result) => total + of(result), 0)
  const found = results.flatMap((result) => result.found)
  const missed = results.flatMap((result) => result.missed)
  return {
    planted: sum(({ planted }) => planted),
    artefacts: sum(({ artefacts }) => artefacts),
    spellings: sum(({ spellings }) => spellings),
    found,
    missed,
    ok: found.length === 0 && missed.length === 0,
  }
}
