// The names by which the PanDA world knows things. Brands keep a PandaID from being passed where a task is meant.

type Brand<T, Name extends string> = T & { readonly __brand: Name }

/** PanDA's job number; an integer below 2^53 on the wire in both dialects. */
export type PandaId = Brand<number, 'PandaId'>
/** Which try of the job this is; the server ignores updates of any other (contracts/panda-server.md 5.3). */
export type AttemptNr = Brand<number, 'AttemptNr'>
/** Logical file name: checked by `parseLfn`, safe as one path element. */
export type Lfn = Brand<string, 'Lfn'>
/** Globally unique file identifier, as the server sent it or upper case with dashes when made here. */
export type Guid = Brand<string, 'Guid'>
/** Rucio storage element, the "DDM endpoint" of the PanDA documents. */
export type Rse = Brand<string, 'Rse'>
/** `<PandaID>.<attempt>`: one acquisition, the unit of every promise. */
export type JobKey = Brand<string, 'JobKey'>

export interface JobIdentity {
  readonly pandaId: PandaId
  readonly attemptNr: AttemptNr
}

/** The key under which everything of one acquisition is kept. */
export function jobKey({ pandaId, attemptNr }: JobIdentity): JobKey {
  return `${pandaId}.${attemptNr}` as JobKey
}
