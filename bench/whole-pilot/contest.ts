import type { Contestant, Figures, MissingPeer } from '../bench.ts'
import type { Ground } from './ground.ts'
import type { Launcher } from './launcher.ts'
import { type Life, type LifeOptions, livePilot } from './life.ts'
import { ourPilot } from './our-pilot.ts'
import { findPythonPilot } from './python-pilot.ts'

const [legacy, v1] = [ourPilot('legacy'), ourPilot('v1')]
export const ourNames = [legacy.name, v1.name]

export interface Contest {
  /** We first, in the dialect the Python pilot speaks. */
  readonly contestants: readonly Contestant[]
  readonly missing: readonly MissingPeer[]
  readonly versions: Readonly<Record<string, string>>
}

/** Whole pilots that live the same life, each in a directory of its own. */
export async function contest(
  ground: Ground,
  options: LifeOptions,
  figures: (life: Life) => Figures,
): Promise<Contest> {
  const contestant = (launcher: Launcher): Contestant => ({
    name: launcher.name,
    run: async () => figures(await livePilot(ground, launcher, options)),
  })
  const contestants = [legacy, v1].map(contestant)
  const python = await findPythonPilot()
  if ('why' in python) return { contestants, missing: [python], versions: {} }
  return {
    contestants: [...contestants, { ...contestant(python.launcher), startsWarm: true }],
    missing: [],
    versions: python.versions,
  }
}
