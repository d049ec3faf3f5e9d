import { jobKey } from '../../job/ids.ts'
import { outputDirectory } from '../simulated-planner.ts'
import { launchDirectory } from '../simulated-ports.ts'
import { living } from '../simulated-processes.ts'
import type { World } from '../world.ts'
import type { Promised } from './promise.ts'

/** Nothing of a payload survives its job or its pilot; no other process is signalled; nothing else is written. */
export const contained: Promised = {
  name: 'contained',
  count: 'broken',
  watch(world) {
    return {
      see(happening) {
        switch (happening.type) {
          case 'signal.sent':
            return happening.key === undefined ? `pilot ${happening.pilot} signalled a process not its own` : undefined
          case 'file.changed': {
            const inside = [launchDirectory, outputDirectory].some((base) => happening.path.startsWith(`${base}/`))
            return inside ? undefined : `${happening.path} lies outside of the pilot's directories`
          }
          case 'update.sent': {
            if (happening.update.final === undefined) return undefined
            const alive = livingOf(world, happening.pilot, jobKey(happening.update))
            return alive > 0 ? `${alive} processes of ${jobKey(happening.update)} outlive its final update` : undefined
          }
          case 'pilot.left': {
            const alive = livingOf(world, happening.pilot)
            return alive > 0 ? `${alive} processes outlive pilot ${happening.pilot}` : undefined
          }
          default:
            return undefined
        }
      },
    }
  },
}

function livingOf(world: World, pilot: number, key?: string): number {
  let sum = 0
  for (const process of world.nodeOf(pilot)?.processes ?? []) {
    if (key === undefined || process.key === key) sum += living(process)
  }
  return sum
}
