import { floatText } from './json.ts'
import { isList, type PythonDict, PythonFloat, type PythonValue } from './values.ts'

/** `str(value)`. */
export function str(value: PythonValue): string {
  return typeof value === 'string' ? value : repr(value)
}

/** `repr(value)`: what v1 answers when nobody asked for JSON (contracts/panda-server.md 1.3). */
export function repr(value: PythonValue): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'number') return String(value)
  if (value instanceof PythonFloat) return floatText(value.value)
  if (typeof value === 'string') return quote(value)
  if (isList(value)) return `[${value.map(repr).join(', ')}]`
  const pairs = Object.entries(value).flatMap(([key, item]) =>
    item === undefined ? [] : [`${quote(key)}: ${repr(item)}`],
  )
  return `{${pairs.join(', ')}}`
}

/** `urllib.parse.urlencode(dict)`: the legacy answer form. */
export function urlencode(dict: PythonDict): string {
  return Object.entries(dict)
    .flatMap(([key, value]) => (value === undefined ? [] : [`${quotePlus(key)}=${quotePlus(str(value))}`]))
    .join('&')
}

/**
 * Reads a form or a query string. Blank values stay; a repeated key becomes a list.
 * Bytes that are not UTF-8 become U+FFFD.
 */
export function parseForm(text: string): Record<string, PythonValue> {
  const values: Record<string, PythonValue> = Object.create(null)
  for (const [key, value] of new URLSearchParams(text)) {
    const known = values[key]
    if (known === undefined) values[key] = value
    else values[key] = isList(known) ? [...known, value] : [known, value]
  }
  return values
}

function quotePlus(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
}

function quote(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'"
  const body = text.replace(/[\\']|\p{Cc}/gu, (character) => {
    if (character === "'") return mark === "'" ? "\\'" : "'"
    if (character === '\\') return '\\\\'
    if (character === '\n') return '\\n'
    if (character === '\r') return '\\r'
    if (character === '\t') return '\\t'
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
  })
  return `${mark}${body}${mark}`
}
