import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Recorded exchanges with real PanDA servers: beside the repository unless the environment names another place. */
export const samplesDir =
  process.env.REAL_PANDA_SAMPLES ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'samples', 'real-panda')

/** Null when the recordings are there, else why the suite cannot run. */
export const noSamples = existsSync(samplesDir)
  ? null
  : `no recordings of the real PanDA server in ${samplesDir}: name their directory in REAL_PANDA_SAMPLES`

/** What has to be equal between two answers; the framing is undone. */
export interface RecordedAnswer {
  readonly statusLine: string
  readonly contentType: string
  readonly body: string
  /** Of the Date header, milliseconds. */
  readonly at: number
}

export interface Recording {
  /** `011-getJob` */
  readonly name: string
  /** The request's bytes as they went over the wire. */
  readonly request: Buffer
  readonly answer: RecordedAnswer
}

/** The recordings of one folder, by number. */
export function readRecordings(folder: string): Recording[] {
  const directory = join(samplesDir, folder)
  return readdirSync(directory)
    .filter((file) => file.endsWith('.req'))
    .sort()
    .map((file) => {
      const name = file.slice(0, -'.req'.length)
      const answer = parseAnswer(readFileSync(join(directory, `${name}.resp`)), 'recorded')
      return { name, request: readFileSync(join(directory, file)), answer }
    })
}

/**
 * Takes an answer's bytes apart. Throws when they hold no whole HTTP answer; recordings may have chunks whose size is
 * wrong, because paths in them were shortened by hand.
 */
export function parseAnswer(bytes: Buffer, origin: 'recorded' | 'live' = 'live'): RecordedAnswer {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) throw new Error(`no HTTP answer: ${JSON.stringify(bytes.toString().slice(0, 80))}`)
  const [statusLine = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const headers = new Map(lines.map((line) => splitHeader(line)))
  const rest = bytes.subarray(end + 4)
  const body = headers.get('transfer-encoding') === 'chunked' ? unchunk(rest, origin) : rest
  return {
    statusLine,
    contentType: headers.get('content-type') ?? '',
    body: body.toString('utf8'),
    at: Date.parse(headers.get('date') ?? ''),
  }
}

/** The first row of a recorded `psql` table, column to trimmed text. */
export function readRow(folder: string, file: string): Record<string, string> {
  return readRows(folder, file)[0] ?? {}
}

export function readRows(folder: string, file: string): Record<string, string>[] {
  const [head = '', , ...lines] = readFileSync(join(samplesDir, folder, file), 'utf8').split('\n')
  // The bars of the head are the borders: a pilotID holds bars of its own.
  const borders = [...head.matchAll(/\|/g)].map((match) => match.index)
  const cells = (line: string) =>
    [-1, ...borders].map((border, index) => line.slice(border + 1, borders[index] ?? line.length).trim())
  const names = cells(head)
  const rows = lines.slice(
    0,
    lines.findIndex((line) => /^\(\d+ rows?\)$/.test(line)),
  )
  return rows.map((line) => {
    const values = cells(line)
    return Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']))
  })
}

function splitHeader(line: string): [string, string] {
  const colon = line.indexOf(':')
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
}

function unchunk(bytes: Buffer, origin: 'recorded' | 'live'): Buffer {
  const chunks: Buffer[] = []
  let at = 0
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at)
    const size = Number.parseInt(bytes.subarray(at, lineEnd).toString(), 16)
    const broken = lineEnd < 0 || Number.isNaN(size)
    if (broken && origin === 'live') throw new Error(`broken chunk at byte ${at}`)
    if (broken || size === 0) return Buffer.concat(chunks)
    chunks.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size))
    at = lineEnd + 2 + size + 2
  }
}
