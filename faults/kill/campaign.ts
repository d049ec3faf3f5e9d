import { chance } from './chance.ts'
import type { Kill, KillPlan } from './kill-run.ts'

export interface CampaignSize {
  /** Boundaries to die at; fewer than there are: spread evenly. */
  readonly points: number
  /** Kills at random times. */
  readonly random: number
  /** Kills at a random boundary, and again at a random time of the recovery. */
  readonly double: number
  /** Only boundaries with this text in their name. */
  readonly only: string | undefined
  readonly seed: number
}

export interface PlannedRun {
  readonly kind: 'point' | 'random' | 'double'
  readonly plan: KillPlan
}

/** s; the short payload has ended when the restarted pilot looks, the long one is still alive. */
const payloads = [0.1, 1.2] as const

/** ms; a restarted pilot has told the server everything by then, on a busy machine too. */
const recoveryWindow = 1_500

/** All runs of a campaign; the same for the same seed and boundaries. `lifeMs`: how long a life without kills takes. */
export function planCampaign(boundaries: readonly string[], lifeMs: number, size: CampaignSize): readonly PlannedRun[] {
  const draw = chance(size.seed)
  const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(draw() * items.length)]
  const planned = (kind: PlannedRun['kind'], ...kills: readonly Kill[]): PlannedRun => ({
    kind,
    plan: { kills, payloadSeconds: pick(payloads) ?? payloads[0] },
  })
  const points = spread(
    boundaries.filter((boundary) => size.only === undefined || boundary.includes(size.only)),
    size.points,
  )
  return [
    ...points.map((boundary) => planned('point', { boundary })),
    ...Array.from({ length: size.random }, () => planned('random', { after: draw() * lifeMs })),
    ...Array.from({ length: size.double }, () =>
      planned('double', { boundary: pick(boundaries) ?? '' }, { after: draw() * recoveryWindow }),
    ),
  ]
}

function spread<Item>(items: readonly Item[], most: number): readonly Item[] {
  if (items.length <= most) return items
  return Array.from({ length: most }, (_, index) => items[Math.floor((index * items.length) / most)]).filter(
    (item) => item !== undefined,
  )
}
