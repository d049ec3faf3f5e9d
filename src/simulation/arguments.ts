import { parseArgs } from 'node:util'
import { breaks } from './breaks/breaks.ts'
import type { CampaignOrder } from './campaign.ts'
import { type ProfileName, profileNames } from './scenario.ts'

export const help = `npm run simulate -- [options]
  --histories N   so many histories (1000; with --break at most so many for each bug, 2000)
  --seed S        the first seed; the others follow it (1)
  --profile P     ${profileNames.join(', ')}, or all (all)
  --pilots K      at most K pilots in a world (2)
  --jobs J        at most J jobs in a world (3)
  --break NAME    put a known bug into the pilot, or all of them one after another; --break list names them
  --threads N     on so many threads (one for each core)
  --json          print one JSON document
`

/** What the command is asked to do. */
export type SimulateOrder =
  | { readonly kind: 'help' }
  | { readonly kind: 'list'; readonly json: boolean }
  | { readonly kind: 'refused'; readonly text: string }
  | {
      readonly kind: 'run'
      readonly order: CampaignOrder
      readonly bugs: readonly string[] | undefined
      readonly threads: number | undefined
      readonly json: boolean
    }

/** Reads the words after `npm run simulate --`. */
export function parseArguments(argv: readonly string[]): SimulateOrder {
  const parsed = parse(argv)
  if (typeof parsed === 'string') return refused(parsed)
  const { json = false } = parsed
  if (parsed.help) return { kind: 'help' }
  const bug = parsed.break
  if (bug === 'list') return { kind: 'list', json }
  const known = breaks.map(({ name }) => name)
  if (bug !== undefined && bug !== 'all' && !known.includes(bug)) {
    return refused(`--break knows no "${bug}": --break list names the bugs there are`)
  }
  const profile = parsed.profile === 'all' ? undefined : profileNames.find((name) => name === parsed.profile)
  if (profile === undefined && parsed.profile !== undefined && parsed.profile !== 'all') {
    return refused(`--profile knows no "${parsed.profile}": it is one of ${profileNames.join(', ')}, all`)
  }
  const numbers: Record<'histories' | 'seed' | 'pilots' | 'jobs' | 'threads', number | undefined> = {
    histories: undefined,
    seed: undefined,
    pilots: undefined,
    jobs: undefined,
    threads: undefined,
  }
  for (const name of Object.keys(numbers) as (keyof typeof numbers)[]) {
    const text = parsed[name]
    if (text === undefined) continue
    const least = name === 'seed' ? 0 : 1
    if (!/^\d{1,9}$/.test(text) || Number(text) < least) {
      return refused(`--${name} wants a whole number of at least ${least}, not "${text}"`)
    }
    numbers[name] = Number(text)
  }
  const order = orderOf(numbers, profile, bug !== undefined)
  return {
    kind: 'run',
    order,
    bugs: bug === undefined ? undefined : bug === 'all' ? known : [bug],
    threads: numbers.threads,
    json,
  }
}

function orderOf(
  { histories, seed, pilots, jobs }: Partial<Record<string, number | undefined>>,
  profile: ProfileName | undefined,
  isBroken: boolean,
): CampaignOrder {
  return {
    histories: histories ?? (isBroken ? 2000 : 1000),
    seed: seed ?? 1,
    profile,
    size: { pilots: pilots ?? 2, jobs: jobs ?? 3 },
    bug: undefined,
    untilBroken: isBroken,
  }
}

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        histories: text,
        seed: text,
        profile: text,
        pilots: text,
        jobs: text,
        break: text,
        threads: text,
        json: flag,
        help: flag,
      },
    }).values
  } catch (cause) {
    return (cause as Error).message
  }
}

function refused(text: string): SimulateOrder {
  return { kind: 'refused', text }
}
