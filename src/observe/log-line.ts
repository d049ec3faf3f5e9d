import type { LogLevel } from './port.ts'

/** Longest message that is written whole, characters: one report of a payload must not fill the log. */
const longestMessage = 16_384

/** As Python's logging pads them (contracts/pilot-core.md 1.5). */
const levelWidth = 8
const originWidth = 32

/** UTC, as Python's logging writes it: `2026-11-23 00:42:16,123`. `at` in ms since the epoch. */
export function logTime(at: number): string {
  return new Date(at).toISOString().replace('T', ' ').replace('.', ',').replace('Z', '')
}

/** Payloads and servers are quoted in the log: nothing of theirs may steer a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/g

const visible = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

function shortened(text: string): string {
  if (text.length <= longestMessage) return text
  return `${text.slice(0, longestMessage)} … (${text.length - longestMessage} characters cut)`
}

/**
 * The lines of one message, `time | level | text`, each with the whole prefix, so that a search finds every line of it.
 * With an origin, the debug format: `time | level | origin | text`.
 */
export function logLines(at: number, level: LogLevel, origin: string | undefined, text: string): readonly string[] {
  const parts = [logTime(at), level.toUpperCase().padEnd(levelWidth)]
  if (origin !== undefined) parts.push(origin.padEnd(originWidth))
  const prefix = parts.join(' | ')
  return shortened(text)
    .split(/\r?\n/)
    .map((line) => `${prefix} | ${line.replace(control, visible)}`)
}
