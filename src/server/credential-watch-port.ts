import type { ErrorName } from '../job/error-table.ts'

/** What the watched credential is found to be, and by which error it is told (contracts/pilot-core.md 6.1). */
export type CredentialState =
  | {
      readonly kind: 'good'
      /** Until the first of the credentials ends; undefined = none says. */
      readonly secondsLeft: number | undefined
    }
  | {
      /** `unusable` = damaged, not readable, not valid yet. */
      readonly kind: 'short' | 'expired' | 'missing' | 'unusable'
      /** 1382 short before a job, 1177 short and not renewable, 1373 expired, 1163 the others. */
      readonly name: Extract<ErrorName, 'PROXYTOOSHORT' | 'NOVOMSPROXY' | 'CERTIFICATEHASEXPIRED' | 'NOPROXY'>
      readonly text: string
    }

/**
 * Watch over the pilot's own credentials. Guarantees: never rejects; the files are read anew with each look, so that
 * one replaced by others counts at once; a renewed credential replaces the old one as a whole, readable by the pilot's
 * user only; at most one renewal of a kind is asked for in 600 s, whatever number of jobs look; no secret in a text.
 */
export interface CredentialWatch {
  /** May a job be asked for? Waits for a renewal that is due. */
  beforeJob(): Promise<CredentialState>
  /** May the jobs go on? Starts a renewal that is due and does not wait for it. */
  duringJob(): Promise<CredentialState>
}
