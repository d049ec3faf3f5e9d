import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { extname, join, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { JobKey } from '../job/ids.ts'
import { recordOfLine, type StoredRecord } from './record-bytes.ts'

/** What the child says of a file that it could read to its end. */
export interface Verdict {
  /** Absent: the file was never used. */
  readonly form?: number | undefined
  /** The highest number found of each job. */
  readonly last: readonly (readonly [job: JobKey, seq: number])[]
  readonly missing: readonly { readonly job: JobKey; readonly seq: number }[]
}

export type Probed =
  /** Missing, or without a byte: there was nothing to read. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'read'; readonly verdict: Verdict; readonly records: readonly StoredRecord[] }
  /** Reading it ended the child, or did not end. */
  | { readonly kind: 'damaged'; readonly text: string }

/** `.ts`, in the bundle `.js`. */
const childFile = fileURLToPath(new URL(`./probe-child${extname(import.meta.url)}`, import.meta.url))
/** ms for reading a database of a few MB from a slow disk; what turns in circles is damaged too. */
const longestReading = 60_000

/**
 * Has a child process read the database of a directory to its end, every record checked, because LMDB ends a process by a
 * signal when it meets damaged pages. `wanted`: whether the records are handed over. Rejects when no child can be started.
 */
export async function probe(directory: string, wanted: 'verdict' | 'records'): Promise<Probed> {
  const size = await stat(join(directory, 'data.mdb')).then(
    (found) => found.size,
    () => 0,
  )
  if (size === 0) return { kind: 'empty' }
  const { NODE_COMPILE_CACHE } = process.env
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', childFile, resolve(directory), wanted],
    {
      // A core dump would go there, and does not get in.
      cwd: '/',
      env: NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: longestReading,
      killSignal: 'SIGKILL',
    },
  )
  const { stdout, stderr, end } = await outcome(child)
  if (end !== undefined) return { kind: 'damaged', text: `reading it ${end}${reasonIn(stderr)}` }
  const lines = stdout.trimEnd().split('\n')
  const verdict = JSON.parse(lines.pop() ?? '') as Verdict
  return { kind: 'read', verdict, records: lines.flatMap((line) => recordOfLine(line) ?? []) }
}

interface Ended {
  readonly stdout: string
  readonly stderr: string
  /** undefined: by itself, with exit code 0. */
  readonly end: string | undefined
}

function outcome(child: ChildProcessByStdio<null, Readable, Readable>): Promise<Ended> {
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text
    })
  }
  return new Promise((done, fail) => {
    child.on('error', fail)
    child.on('close', (exitCode, signal) => {
      if (signal !== null) done({ ...texts, end: `ended by ${signal}` })
      else done({ ...texts, end: exitCode === 0 ? undefined : `failed with exit code ${exitCode}` })
    })
  })
}

/** The line of a stack that says what it was. */
function reasonIn(stderr: string): string {
  const line = stderr.split('\n').find((each) => /^\w*Error: |assert/i.test(each))
  return line === undefined ? '' : `: ${line.trim().slice(0, 200)}`
}
