import { fstatSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { MeasuredFile } from '../job/files.ts'
import { measureStream } from '../workers/measure-stream.ts'
import { kindOf } from '../workers/open-regular.ts'
import type { FileOrder, Measured } from '../workers/port.ts'
import { measureShared } from '../workers/sharing.ts'

interface Settings {
  readonly paths: readonly string[]
  readonly md5: boolean
  readonly json: boolean
}

/** The command line was wrong. */
const refusedExitCode = 2

/** The name of the standard input. */
const stdin = '-'

/**
 * `pilot checksum FILE…`: adler32, and md5 when asked for, of local files, links followed; one line each, in the order
 * given. Resolves to the exit code: 0; 1 when a file could not be read (the others are done all the same); 2 when the
 * command line was wrong.
 */
export async function checksum(args: string[]): Promise<number> {
  const settings = readSettings(args)
  if (typeof settings === 'number') return settings
  const { paths, md5, json } = settings
  // Whoever read us has seen enough, as `head` does.
  process.stdout.on('error', () => process.exit(1))
  const orders = paths.filter((path) => path !== stdin).map((path) => orderOf(path, md5))
  const progress = await createProgress()
  const outcomes = measureShared(orders, progress.show).values()
  const found: object[] = []
  let failed = false
  for (const path of paths) {
    const measured = await (path === stdin ? measureStdin(md5) : outcomes.next().value)
    if (measured === undefined) continue
    progress.clear()
    if (measured.kind === 'measured') {
      found.push({ path, ...measured.file })
      if (!json) process.stdout.write(lineOf(path, measured.file))
    } else {
      failed = true
      found.push({ path, error: measured.text })
      process.stderr.write(`pilot checksum: ${measured.text}\n`)
    }
  }
  if (json) process.stdout.write(`${JSON.stringify({ files: found }, null, 2)}\n`)
  return failed ? 1 : 0
}

/** The settings, or the exit code when there is nothing to do. Without commander, whose 10 ms are a sixth of a short run. */
function readSettings(args: string[]): Settings | number {
  try {
    const { values, positionals: paths } = parseArgs({ args, options, allowPositionals: true })
    if (values.help) {
      process.stdout.write(help)
      return 0
    }
    if (paths.length === 0) return refuse('name at least one file, or - for the standard input')
    if (paths.filter((path) => path === stdin).length > 1) return refuse('the standard input can be read once: one -')
    return { paths, md5: values.md5, json: values.json }
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error))
  }
}

const options = {
  md5: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

const help = `Usage: pilot checksum [--md5] [--json] FILE...

Prints the adler32 of each file, 8 hex digits, and its path. Links are followed; - is the standard input.

  --md5       the md5 as well, between adler32 and path
  --json      one JSON document on stdout, with sizes and errors
  -h, --help  this text
`

function refuse(text: string): number {
  process.stderr.write(`pilot checksum: ${text}\n`)
  return refusedExitCode
}

function orderOf(path: string, md5: boolean): FileOrder {
  return { path, algorithms: md5 ? ['adler32', 'md5'] : ['adler32'], links: 'follow' }
}

async function measureStdin(md5: boolean): Promise<Measured> {
  // Of these Node makes a stream that is empty, and says nothing.
  const stats = fstatSync(0)
  if (stats.isDirectory() || stats.isBlockDevice()) {
    return { kind: 'unreadable', text: `the standard input is ${kindOf(stats)}; files and pipes are read` }
  }
  try {
    return { kind: 'measured', file: await measureStream(process.stdin, md5) }
  } catch (error) {
    return { kind: 'unreadable', text: `cannot read the standard input: ${String(error)}` }
  }
}

function lineOf(path: string, { adler32, md5 }: MeasuredFile): string {
  return md5 === undefined ? `${adler32} ${path}\n` : `${adler32} ${md5} ${path}\n`
}

interface Progress {
  readonly show: (read: number, bytes: number) => void
  /** Takes the line away before another is printed. */
  readonly clear: () => void
}

/** Milliseconds from one look of the line to the next. */
const progressPause = 200

/** On a terminal one line that says how far it is. Driven by the reading, which leaves no time for timers. */
async function createProgress(): Promise<Progress> {
  if (!process.stderr.isTTY) return { show: () => {}, clear: () => {} }
  const { bytesText } = await import('./demo-words.ts')
  let next = performance.now() + progressPause
  return {
    show(read, bytes) {
      if (performance.now() < next) return
      next = performance.now() + progressPause
      process.stderr.write(`\r\x1b[K${bytesText(read)} of ${bytesText(bytes)}`)
    },
    clear: () => process.stderr.write('\r\x1b[K'),
  }
}
