import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod/mini'
import type { Fault, Scenario } from './scenario.ts'
import { profileNames } from './scenario.ts'

/** A scenario in which a promise was once broken, kept so that it is tried for ever. */
export interface KeptSeed {
  readonly promise: string
  /** What was wrong. */
  readonly text: string
  readonly scenario: Scenario
}

const schema = z.object({
  promise: z.string(),
  text: z.string(),
  scenario: z.object({
    seed: z.int(),
    profile: z.enum(profileNames),
    pilots: z.array(
      z.object({
        startsAt: z.number(),
        slots: z.int(),
        timeFloor: z.number(),
        copytool: z.enum(['mv', 'net']),
      }),
    ),
    jobs: z.array(
      z.object({
        inputs: z.int(),
        outputs: z.int(),
        transform: z.enum(['present', 'download']),
        payload: z.object({
          duration: z.number(),
          exitCode: z.int(),
          leaves: z.enum(['all', 'missing', 'empty']),
          ignoresTerm: z.boolean(),
          leavesDaemon: z.boolean(),
        }),
      }),
    ),
    // Faults are told apart by `kind`; a kind that is no longer known is never done, and the test of kept seeds says so.
    faults: z.array(z.looseObject({ kind: z.string() })),
  }),
})

/** Throws when the text is no kept seed. */
export function parseKeptSeed(text: string): KeptSeed {
  const { scenario, ...rest } = z.parse(schema, JSON.parse(text))
  return { ...rest, scenario: { ...scenario, faults: scenario.faults as unknown as readonly Fault[] } }
}

/** Writes it under a name made of promise and seed; resolves to the path. */
export async function keepSeed(directory: string, kept: KeptSeed): Promise<string> {
  await mkdir(directory, { recursive: true })
  const path = join(directory, `${kept.promise.replaceAll(' ', '-')}-${kept.scenario.seed}.json`)
  await writeFile(path, `${JSON.stringify(kept, null, 2)}\n`)
  return path
}
