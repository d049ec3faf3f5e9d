import { alive } from './alive.ts'
import { bounded } from './bounded.ts'
import { contained } from './contained.ts'
import { noFalseSuccess } from './no-false-success.ts'
import { noNeedlessFailure } from './no-needless-failure.ts'
import { noSilentLoss } from './no-silent-loss.ts'
import { obedient } from './obedient.ts'
import { oneOutcome } from './one-outcome.ts'
import { plausible } from './plausible.ts'
import type { Promised } from './promise.ts'
import { recordedFirst } from './recorded-first.ts'

/** Every promise that is watched over after each step of a world. */
export const promises: readonly Promised[] = [
  oneOutcome,
  noFalseSuccess,
  noSilentLoss,
  recordedFirst,
  bounded,
  contained,
  alive,
  obedient,
  noNeedlessFailure,
  plausible,
]
