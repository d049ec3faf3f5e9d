import { randomUUID } from 'node:crypto'
import type { Entropy } from './port.ts'

/** Chance as the node has it. */
export const systemEntropy: Entropy = {
  random: () => Math.random(),
  guid: () => randomUUID().toUpperCase(),
}
