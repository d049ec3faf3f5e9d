/** Nesting that is looked into; a secret's value may itself be JSON text. */
const deepest = 8

/**
 * Every secret in a text of secrets, `{"name": "value", …}` (contracts/panda-server.md 13 gotcha 37). A value of
 * several lines, a key for example, is told whole and line by line: logs break it into lines. What is no JSON is one
 * secret.
 */
export function secretTextsOf(text: string): readonly string[] {
  const found = new Set<string>()
  collect(text, 0, found)
  return [...found]
}

function collect(value: unknown, depth: number, found: Set<string>): void {
  if (typeof value === 'number') found.add(String(value))
  if (typeof value === 'object' && value !== null && depth < deepest) {
    for (const item of Object.values(value)) collect(item, depth + 1, found)
  }
  if (typeof value !== 'string' || value.trim() === '') return
  const inner = jsonIn(value)
  if (typeof inner === 'object' && inner !== null && depth < deepest) {
    collect(inner, depth + 1, found)
    return
  }
  for (const part of [value, ...value.split(/\r?\n/)]) if (isTelling(part)) found.add(part)
}

/** The frame of a PEM text and words of one or two letters are no secrets: hiding them would spoil every line. */
function isTelling(text: string): boolean {
  return text.trim().length > 2 && !/^-----(BEGIN|END) [A-Z0-9 ]+-----$/.test(text.trim())
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
