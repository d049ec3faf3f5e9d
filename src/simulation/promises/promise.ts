import type { Happening } from '../happening.ts'
import type { World } from '../world.ts'

/** Which figure of a campaign a broken promise counts for. */
export type Count = 'lost' | 'duplicated' | 'falseSuccess' | 'stuck' | 'broken'

/** A promise of the pilot, watched over in one history. */
export interface Watch {
  /** What is wrong with what just happened, if anything. */
  see(happening: Happening, at: number): string | undefined
  /** What is wrong now that nothing more will happen. */
  end?(at: number): readonly string[]
}

/** A named promise: DESIGN's table says what it means. */
export interface Promised {
  readonly name: string
  readonly count: Count
  watch(world: World): Watch
}

/** A promise that was not kept. */
export interface Breach {
  readonly promise: string
  readonly count: Count
  readonly at: number
  readonly text: string
}
