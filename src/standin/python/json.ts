import { isList, PythonError, PythonFloat, type PythonValue } from './values.ts'

const deepest = 200
const stringForm = /"(?:[^"\\]|\\.)*"/sy
const numberForm = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y
const blanks = /[ \t\n\r]*/y

/**
 * Reads JSON as Python's json.loads does: floats stay floats and the error texts are Python's, for example
 * `Expecting value: line 1 column 14 (char 13)`. Throws PythonError. Nesting deeper than 200 is refused.
 */
export function parseJson(text: string): PythonValue {
  let at = 0

  const complain = (what: string, position = at): never => {
    const before = text.slice(0, position)
    const line = before.split('\n').length
    const column = position - before.lastIndexOf('\n')
    throw new PythonError(`${what}: line ${line} column ${column} (char ${position})`, 'JSONDecodeError')
  }
  const take = (form: RegExp): string | undefined => {
    form.lastIndex = at
    const found = form.exec(text)?.[0]
    if (found !== undefined) at += found.length
    return found
  }
  const skip = () => take(blanks)

  const string = (): string => {
    const start = at
    const found = take(stringForm) ?? complain('Unterminated string starting at', start)
    try {
      return String(JSON.parse(found))
    } catch {
      const bad = badCharacter(found)
      return complain(found[bad] === '\\' ? 'Invalid \\escape' : 'Invalid control character at', start + bad)
    }
  }

  const members = (depth: number): PythonValue => {
    const dict: Record<string, PythonValue> = Object.create(null)
    at += 1
    skip()
    if (text[at] === '}') {
      at += 1
      return dict
    }
    for (;;) {
      skip()
      if (text[at] !== '"') complain('Expecting property name enclosed in double quotes')
      const key = string()
      skip()
      if (text[at] !== ':') complain("Expecting ':' delimiter")
      at += 1
      dict[key] = value(depth + 1)
      skip()
      if (text[at] === '}') break
      if (text[at] !== ',') complain("Expecting ',' delimiter")
      at += 1
    }
    at += 1
    return dict
  }

  const elements = (depth: number): PythonValue => {
    const list: PythonValue[] = []
    at += 1
    skip()
    if (text[at] === ']') {
      at += 1
      return list
    }
    for (;;) {
      list.push(value(depth + 1))
      skip()
      if (text[at] === ']') break
      if (text[at] !== ',') complain("Expecting ',' delimiter")
      at += 1
    }
    at += 1
    return list
  }

  const value = (depth: number): PythonValue => {
    if (depth > deepest)
      throw new PythonError('maximum recursion depth exceeded while decoding a JSON object', 'RecursionError')
    skip()
    if (text[at] === '"') return string()
    if (text[at] === '{') return members(depth)
    if (text[at] === '[') return elements(depth)
    for (const [word, meaning] of [
      ['null', null],
      ['true', true],
      ['false', false],
    ] as const) {
      if (text.startsWith(word, at)) {
        at += word.length
        return meaning
      }
    }
    const number = take(numberForm)
    if (number === undefined) return complain('Expecting value')
    return /[.eE]/.test(number) ? new PythonFloat(Number(number)) : Number(number)
  }

  const result = value(0)
  skip()
  if (at < text.length) complain('Extra data')
  return result
}

/** Writes JSON as Python's json.dumps does: `, ` and `: ` between, everything outside ASCII escaped. */
export function dumpJson(value: PythonValue): string {
  if (value instanceof PythonFloat) return floatText(value.value)
  if (typeof value === 'string') return quote(value)
  if (value === null || typeof value !== 'object') return String(value)
  if (isList(value)) return `[${value.map(dumpJson).join(', ')}]`
  const pairs = Object.entries(value).flatMap(([key, item]) =>
    item === undefined ? [] : [`${quote(key)}: ${dumpJson(item)}`],
  )
  return `{${pairs.join(', ')}}`
}

/** A float as Python prints it: always with a point or an exponent. */
export function floatText(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e16 ? `${value}.0` : String(value)
}

/** Where a quoted text is no JSON: at a control character or at a backslash that escapes nothing. */
function badCharacter(quoted: string): number {
  for (let index = 0; index < quoted.length; index += 1) {
    if (quoted.charCodeAt(index) < 0x20) return index
    if (quoted[index] !== '\\') continue
    if (!/^\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.test(quoted.slice(index, index + 6))) return index
    index += 1
  }
  return 0
}

function quote(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
