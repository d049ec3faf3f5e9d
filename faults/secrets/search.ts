import type { Secret } from './plant.ts'

export interface Sighting {
  readonly secret: string
  readonly spelling: string
  readonly artefact: string
}

/** A longer spelling is seen when this many characters of it stand together: what a cut or a line break may leave is less. */
const telling = 32

/** Lines that short say nothing. */
const shortest = 8

interface Needle {
  readonly secret: string
  readonly spelling: string
  readonly text: string
}

/** Looks for every secret in all its spellings, in bytes as Latin-1: written for this search, not taken from the pilot. */
export function createSearch(secrets: readonly Secret[]): {
  readonly spellings: number
  find(artefact: string, content: string): readonly Sighting[]
} {
  const needles = secrets.flatMap((secret) => needlesOf(secret))
  const short = needles.filter(({ text }) => text.length <= telling)
  const windows = new Map<string, Needle>()
  for (const needle of needles) {
    for (let at = 0; at + telling <= needle.text.length; at++) windows.set(needle.text.slice(at, at + telling), needle)
  }
  return {
    spellings: needles.length,
    find(artefact, content) {
      const seen = new Set(short.filter(({ text }) => content.includes(text)))
      for (let at = 0; at + telling <= content.length; at++) {
        const needle = windows.get(content.slice(at, at + telling))
        if (needle !== undefined) seen.add(needle)
      }
      return [...seen].map(({ secret, spelling }) => ({ secret, spelling, artefact }))
    },
  }
}

function needlesOf({ name, text: secret }: Secret): readonly Needle[] {
  const lines = secret.split('\n').filter((line) => line.length >= shortest && !line.startsWith('-----'))
  const all = lines.flatMap((line) => [
    ['raw', line],
    ['URL', encodeURIComponent(line)],
    ['URL, lower case', encodeURIComponent(line).replace(/%../g, (code) => code.toLowerCase())],
    ['form', new URLSearchParams([['', line]]).toString().slice(1)],
    ['JSON', JSON.stringify(line).slice(1, -1)],
    ['JSON, ASCII', asciiJson(line)],
    ...[0, 1, 2].flatMap((shift) => [
      [`base64, shift ${shift}`, innerBase64(line, shift)],
      [`base64 for URLs, shift ${shift}`, innerBase64(line, shift).replaceAll('+', '-').replaceAll('/', '_')],
    ]),
  ])
  const known = new Set<string>()
  return all.flatMap(([spelling = '', text = '']) => {
    const needle = Buffer.from(text).toString('latin1')
    if (known.has(needle)) return []
    known.add(needle)
    return [{ secret: name, spelling, text: needle }]
  })
}

/** The characters that depend on the text alone, whatever stands around it. */
function innerBase64(text: string, shift: number): string {
  const bytes = Buffer.from(text)
  const whole = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64')
  return whole.slice(Math.ceil((shift * 4) / 3), Math.floor(((shift + bytes.length) * 4) / 3))
}

function asciiJson(text: string): string {
  return [...JSON.stringify(text).slice(1, -1)]
    .map((char) => (char > '\x7f' ? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}` : char))
    .join('')
}
