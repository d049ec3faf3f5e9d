import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { job } from './records.ts'
import type { Seen } from './row.ts'

const childFile = fileURLToPath(new URL('./pilot-child.ts', import.meta.url))

export interface Pilot {
  readonly child: ChildProcess
  /** Said so far. */
  readonly lines: readonly string[]
  /** Resolves with the first line that begins so, or undefined when the process ended without it. */
  said(word: string, times?: number): Promise<string | undefined>
  readonly ended: Promise<PilotEnd>
}

export interface PilotEnd {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly stderr: string
  readonly acknowledged: readonly number[]
  readonly warnings: readonly string[]
  readonly failures: readonly string[]
  readonly refusal: string | undefined
}

/** Starts a pilot's process; `before`: a program and its arguments that start it (strace, unshare). */
export function startPilot(words: readonly string[], before: readonly string[] = []): Pilot {
  const [file = '', ...args] = [...before, process.execPath, childFile, ...words]
  const env = { PATH: process.env.PATH, UV_THREADPOOL_SIZE: '1' }
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], env, detached: true })
  const lines: string[] = []
  const looks = new Set<() => void>()
  let stderr = ''
  child.stderr.on('data', (text) => {
    stderr = (stderr + text).slice(-4000)
  })
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line)
    for (const look of looks) look()
  })
  const after = (word: string) =>
    lines.flatMap((line) => (line.startsWith(`${word} `) ? line.slice(word.length + 1) : []))
  const ended = once(child, 'close').then(([exitCode, signal]) => ({
    exitCode,
    signal,
    stderr,
    acknowledged: after('ack').map(Number),
    warnings: after('warn'),
    failures: after('failed'),
    refusal: after('refused')[0],
  }))
  const said = (word: string, times = 1) =>
    new Promise<string | undefined>((resolve) => {
      const look = () => {
        const found = lines.filter((line) => line === word || line.startsWith(`${word} `))[times - 1]
        if (found !== undefined) resolve(found)
      }
      looks.add(look)
      look()
      void ended.then(() => resolve(undefined))
    })
  return { child, lines, said, ended }
}

/** The whole group: what stands before the pilot, and the pilot. */
export function kill({ child }: Pilot): void {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
    process.kill(-child.pid, 'SIGKILL')
}

/** A run to its end. */
export function runPilot(words: readonly string[], before: readonly string[] = []): Promise<PilotEnd> {
  return startPilot(words, before).ended
}

/** What a next pilot finds of the acknowledged records. */
export interface Aftermath extends PilotEnd {
  readonly found: number
  readonly named: number
  readonly lostSilently: number
  /** It ended as it should. */
  readonly well: boolean
}

export async function reopen(directory: string, acknowledged: readonly number[]): Promise<Aftermath> {
  const pilot = startPilot([directory, 'read'])
  const line = await pilot.said('found')
  const end = await pilot.ended
  const records = JSON.parse(line?.slice('found '.length) ?? '[]') as { seq: number; genuine: boolean }[]
  const genuine = new Set(records.filter((record) => record.genuine).map(({ seq }) => seq))
  const named = namedLost(end.warnings)
  const missing = acknowledged.filter((seq) => !genuine.has(seq))
  return {
    ...end,
    found: genuine.size,
    named: missing.filter((seq) => named.has(seq)).length,
    lostSilently: missing.filter((seq) => !named.has(seq)).length,
    well: end.exitCode === 0 && line !== undefined && records.every((record) => record.genuine),
  }
}

/** The sequence numbers in `of job 4242.1 records 3–7 and 9 are lost`. */
function namedLost(warnings: readonly string[]): ReadonlySet<number> {
  const texts = warnings.flatMap((text) =>
    text.startsWith(`of job ${job} record`) ? text.slice(`of job ${job}`.length) : [],
  )
  return new Set(
    texts.flatMap((text) =>
      [...text.matchAll(/(\d+)(?:–(\d+))?/g)].flatMap(([, first, last]) =>
        Array.from({ length: Number(last ?? first) - Number(first) + 1 }, (_, index) => Number(first) + index),
      ),
    ),
  )
}

/** The verdict on a database that was opened again. */
export function judged(acknowledged: readonly number[], after: Aftermath, crashes: number, more = ''): Seen {
  const crashed = crashes + (after.well ? 0 : 1)
  const problem = after.well ? '' : `; the next pilot: ${after.refusal ?? after.signal ?? after.stderr.slice(-300)}`
  const named = after.named === 0 ? '' : `, ${after.named} named as lost`
  return {
    text: `${acknowledged.length} acknowledged, ${after.found} found${named}${more}${problem}`,
    ok: crashed === 0 && after.lostSilently === 0,
    crashes: crashed,
    lostSilently: after.lostSilently,
  }
}
