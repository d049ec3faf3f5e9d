import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Reply } from '../../src/server/exchange.ts'

const samples = join(import.meta.dirname, '../../../shared/samples')

/** Why the recordings cannot be used; undefined when they can. */
export const withoutRecordings: string | undefined =
  existsSync(samples) || process.env.PILOT_REAL_TOOLS === 'required' ? undefined : 'the recorded traffic is not here'

export interface Recording {
  /** `legacy-0.8.1/023-updateJob-running-full-json`. */
  readonly name: string
  readonly path: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly reply: Reply
}

/** Every recorded exchange of a folder with the real server. */
export function recordings(folder: string): Recording[] {
  const directory = join(samples, 'real-panda', folder)
  return readdirSync(directory)
    .filter((name) => name.endsWith('.req'))
    .map((file) => {
      const name = file.slice(0, -4)
      const request = splitMessage(readFileSync(join(directory, file)))
      return {
        name: `${folder}/${name}`,
        path: request.start.split(' ')[1] ?? '',
        fields: fieldsOf(request.body, request.headers),
        reply: replyOf(readFileSync(join(directory, `${name}.resp`))),
      }
    })
}

/** The requests among the composed examples, wherever they stand in that file. */
export function composedRequests(): Pick<Recording, 'path' | 'fields'>[] {
  const found: Pick<Recording, 'path' | 'fields'>[] = []
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    const { path, json, body_text } = value as { path?: unknown; json?: Record<string, unknown>; body_text?: string }
    if (typeof path === 'string') {
      found.push({ path, fields: json ?? Object.fromEntries(new URLSearchParams(body_text)) })
    }
    Object.values(value).forEach(collect)
  }
  collect(JSON.parse(readFileSync(join(samples, 'panda-samples.json'), 'utf8')))
  return found
}

function splitMessage(bytes: Buffer): { start: string; headers: string; body: Buffer } {
  const end = bytes.indexOf('\r\n\r\n')
  const head = bytes.toString('latin1', 0, end)
  const line = head.indexOf('\r\n')
  return { start: head.slice(0, line), headers: head.slice(line).toLowerCase(), body: bytes.subarray(end + 4) }
}

function replyOf(bytes: Buffer): Reply {
  const { start, headers, body } = splitMessage(bytes)
  const status = Number(start.split(' ')[1])
  return { kind: 'answer', status, body: headers.includes('transfer-encoding: chunked') ? withoutChunks(body) : body }
}

function withoutChunks(bytes: Buffer): Buffer {
  const parts: Buffer[] = []
  let at = 0
  for (;;) {
    const line = bytes.indexOf('\r\n', at)
    const size = Number.parseInt(bytes.toString('latin1', at, line), 16)
    if (!(size > 0)) return Buffer.concat(parts)
    parts.push(bytes.subarray(line + 2, line + 2 + size))
    at = line + 2 + size + 2
  }
}

function fieldsOf(body: Buffer, headers: string): Record<string, unknown> {
  if (body.length === 0) return {}
  const text = (body[0] === 0x1f ? gunzipSync(body) : body).toString('utf8')
  if (headers.includes('form-urlencoded')) return Object.fromEntries(new URLSearchParams(text))
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}
