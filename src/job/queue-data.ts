import * as z from 'zod/mini'
import { optionalFlag, optionalInteger, optionalText } from './wire-values.ts'

const listOfText = z.catch(z.array(z.string()), [])
const byActivity = z.catch(z.record(z.string(), listOfText), {})

const schema = z.object({
  name: optionalText,
  nickname: optionalText,
  resource: optionalText,
  panda_resource: optionalText,
  site: optionalText,
  atlas_site: optionalText,
  gstat: optionalText,
  state: optionalText,
  status: optionalText,
  type: optionalText,
  resource_type: optionalText,
  environ: optionalText,
  catchall: optionalText,
  copytools: z.catch(z.record(z.string(), z.unknown()), {}),
  acopytools: byActivity,
  astorages: byActivity,
  maxwdir: optionalInteger,
  maxinputsize: optionalInteger,
  maxrss: optionalInteger,
  maxtime: optionalInteger,
  timefloor: optionalInteger,
  corecount: optionalInteger,
  params: z.catch(z.record(z.string(), z.unknown()), {}),
})

/** A queue as its document describes it, typed and with defaults (contracts/pilot-data.md 7.4). */
export interface QueueData {
  readonly name: string
  /** `siteName` of requests to the server. */
  readonly resource: string
  readonly site: string
  /** Upper case; `ACTIVE` takes jobs. */
  readonly state: string
  /** Lower case; `offline` takes none. */
  readonly status: string
  readonly type: string
  readonly resourceType: string
  /** `k=v` pairs for the payload's environment. */
  readonly environ: Readonly<Record<string, string>>
  /** Free flags. */
  readonly catchall: readonly string[]
  readonly copytools: readonly string[]
  readonly copytoolsByActivity: Readonly<Record<string, readonly string[]>>
  readonly storagesByActivity: Readonly<Record<string, readonly string[]>>
  /** MB; 0 = no limit. */
  readonly maxWorkDir: number
  readonly maxInputSize: number
  /** MB; 0 = no limit. */
  readonly maxRss: number
  /** s; 0 = no limit. */
  readonly maxTime: number
  /** s; 0 = one job per pilot. */
  readonly timeFloor: number
  readonly coreCount: number
  /** Factors 1 + x/100 (contracts/pilot-core.md 1.6). */
  readonly walltimeGrace: number
  readonly workDirGrace: number
  readonly rssGrace: number
  /** The job's own maxWalltime limits it. */
  readonly jobMaxWalltime: boolean
}

export type ParsedQueue =
  | { readonly kind: 'queue'; readonly queue: QueueData }
  | { readonly kind: 'refused'; readonly text: string }

function factor(params: Readonly<Record<string, unknown>>, key: string, percent: number): number {
  const given = params[key] ?? percent
  const value = typeof given === 'object' ? Number.NaN : Number(given)
  return 1 + (Number.isFinite(value) && value >= 0 ? value : percent) / 100
}

function pairs(text: string | undefined): Record<string, string> {
  const found: Record<string, string> = {}
  for (const item of (text ?? '').split(/[\s,]+/)) {
    const at = item.indexOf('=')
    if (at > 0) found[item.slice(0, at)] = item.slice(at + 1)
  }
  return found
}

/** Reads a bare queue document. Without a name it is refused: it may be anything. */
export function parseQueue(raw: unknown): ParsedQueue {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
    return { kind: 'refused', text: 'the queue document is no dictionary' }
  const keys = Object.keys(schema.shape)
  const wire = schema.parse(Object.fromEntries(keys.map((key) => [key, (raw as Record<string, unknown>)[key]])))
  const name = wire.nickname ?? wire.name
  if (name === undefined)
    return { kind: 'refused', text: 'the queue document names no queue (neither "nickname" nor "name")' }
  return {
    kind: 'queue',
    queue: {
      name,
      resource: wire.panda_resource ?? wire.resource ?? name,
      site: wire.atlas_site ?? wire.gstat ?? wire.site ?? '',
      state: (wire.state ?? 'ACTIVE').toUpperCase(),
      status: (wire.status ?? 'online').toLowerCase(),
      type: wire.type ?? '',
      resourceType: wire.resource_type ?? '',
      environ: pairs(wire.environ),
      catchall: (wire.catchall ?? '').split(/[\s,]+/).filter((word) => word !== ''),
      copytools: Object.keys(wire.copytools),
      copytoolsByActivity: wire.acopytools,
      storagesByActivity: wire.astorages,
      maxWorkDir: wire.maxwdir ?? 0,
      maxInputSize: wire.maxinputsize ?? 0,
      maxRss: wire.maxrss ?? 0,
      maxTime: wire.maxtime ?? 0,
      timeFloor: (wire.timefloor ?? 0) * 60,
      coreCount: wire.corecount ?? 1,
      walltimeGrace: factor(wire.params, 'pilot_walltime_grace', 0),
      workDirGrace: factor(wire.params, 'pilot_maxwdir_grace', 20),
      rssGrace: factor(wire.params, 'pilot_rss_grace', 100),
      jobMaxWalltime: z.safeParse(optionalFlag, wire.params.job_maxwalltime).data === true,
    },
  }
}
