import { asciiJson } from './ascii-json.ts'

/** Secrets below this length are not looked for: they would be found everywhere. */
const shortestSecret = 6

/** Lines of a multi-line secret below this length are not looked for. */
const shortestLine = 8

/** Longer spellings are looked for in pieces, so that a secret that was cut or wrapped is hidden too. */
const pieceLength = 32

/**
 * What to look for so that `secret` is found raw, in base64 (at any offset, both alphabets), URL-encoded and JSON-escaped.
 * A secret of several lines is looked for line by line, without the marker lines of PEM. Spellings with characters beyond
 * ASCII are also given as UTF-8 bytes read as Latin-1, the form in which files are searched.
 * Empty for a secret of less than 6 characters.
 */
export function spellingsOf(secret: string): ReadonlySet<string> {
  const spellings = new Set<string>()
  for (const part of partsOf(secret.toWellFormed().trim())) {
    for (const spelling of [part, ...urlSpellings(part), ...jsonSpellings(part), ...base64Spellings(part)]) {
      for (const piece of piecesOf(spelling)) spellings.add(piece)
      for (const piece of piecesOf(utf8AsLatin1(spelling))) spellings.add(piece)
    }
  }
  return spellings
}

function partsOf(text: string): readonly string[] {
  if (text.length < shortestSecret) return []
  if (!text.includes('\n')) return [text]
  const lines = text.split('\n').map((line) => line.trim())
  const telling = lines.filter((line) => line.length >= shortestLine && !/^-{3,}.*-{3,}$/.test(line))
  return telling.length > 0 ? telling : [text]
}

function piecesOf(spelling: string): readonly string[] {
  const count = Math.max(1, Math.floor(spelling.length / pieceLength))
  return Array.from({ length: count }, (_, n) =>
    spelling.slice(n * pieceLength, n === count - 1 ? undefined : (n + 1) * pieceLength),
  )
}

/** JavaScript, RFC 3986, Python's `quote` and HTML forms each leave other characters as they are. */
function urlSpellings(text: string): readonly string[] {
  const component = encodeURIComponent(text)
  const strict = component.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
  const form = new URLSearchParams({ '': text }).toString().slice(1)
  const withSlash = strict.replaceAll('%2F', '/')
  const all = [component, strict, withSlash, strict.replaceAll('%20', '+'), withSlash.replaceAll('%20', '+'), form]
  return [...all, ...all.map((spelling) => spelling.replace(/%../g, (code) => code.toLowerCase()))]
}

function jsonSpellings(text: string): readonly string[] {
  const plain = JSON.stringify(text).slice(1, -1)
  const ascii = asciiJson(text).slice(1, -1)
  return [plain, ascii, plain.replaceAll('/', '\\/'), ascii.replaceAll('/', '\\/')]
}

/**
 * The characters of base64 that depend on `text` alone, when 0, 1 or 2 bytes precede it in a group of three: the others
 * also carry bits of its neighbours.
 */
function base64Spellings(text: string): readonly string[] {
  const bytes = utf8AsLatin1(text)
  return [0, 1, 2].flatMap((before) => {
    const first = Math.ceil((before * 8) / 6)
    const end = Math.floor(((before + bytes.length) * 8) / 6)
    const standard = btoa('\0'.repeat(before) + bytes).slice(first, end)
    return [standard, standard.replaceAll('+', '-').replaceAll('/', '_')]
  })
}

const isAscii = /^[\0-\x7f]*$/

function utf8AsLatin1(text: string): string {
  if (isAscii.test(text)) return text
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('')
}
