import { gunzipSync } from 'node:zlib'

/** A recorded request, taken apart. */
export interface RecordedRequest {
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly headers: ReadonlyMap<string, string>
  /** JSON, form or query; a repeated key is a list. Empty when nobody could read them. */
  readonly fields: Readonly<Record<string, unknown>>
  /** Forms and queries know texts only. */
  readonly typed: boolean
}

export function parseRequest(bytes: Buffer): RecordedRequest {
  const end = bytes.indexOf('\r\n\r\n')
  const [start = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const [method = '', target = ''] = start.split(' ')
  const [path = '', query = ''] = target.split('?')
  const headers = new Map(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
  const raw = bytes.subarray(end + 4)
  const body = (raw[0] === 0x1f && raw[1] === 0x8b ? gunzipSync(raw) : raw).toString('utf8')
  const typed = headers.get('content-type') === 'application/json'
  return {
    method,
    path,
    headers,
    typed,
    fields: typed ? jsonFields(body) : formFields(method === 'GET' ? query : body),
  }
}

function jsonFields(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

function formFields(text: string): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  const form = new URLSearchParams(text)
  for (const key of new Set(form.keys())) {
    const values = form.getAll(key)
    fields[key] = values.length === 1 ? values[0] : values
  }
  return fields
}
