import { closeSync } from 'node:fs'
import { createRedactor } from '../../job/redact.ts'
import { createLineSearch } from '../line-search.ts'
import { fileFailure, openRegular } from '../open-regular.ts'
import { optimise } from '../optimise.ts'
import type { Searched, SearchOrder } from '../port.ts'
import { redactedTexts } from '../redacted-file.ts'
import { type TaskMessage, tickOf } from '../task-message.ts'

/** The entry of the worker thread. */
export function run({ order, progress }: TaskMessage<SearchOrder>): Searched {
  optimise()
  return searchFile(order, tickOf(progress))
}

/**
 * Searches what is in the file when it is opened; reads no further than the last line asked for. Secrets are taken out
 * before a line is cut: a piece of one could not be recognised any more. `tick` is called after each block.
 */
export function searchFile({ path, patterns, secrets, mostBytes }: SearchOrder, tick: () => void): Searched {
  const opened = openRegular(path, 'refuse')
  if (opened.kind === 'missing') return { kind: 'missing' }
  if (opened.kind === 'failed') return { kind: 'unreadable', text: opened.text }
  const size = Number(opened.stats.size)
  const start = Math.max(0, size - mostBytes)
  const search = createLineSearch(patterns)
  try {
    // The first line may be a rest, and in it the rest of a secret.
    let isRest = start > 0
    for (const text of redactedTexts(opened.fd, { start, end: size }, createRedactor(secrets), tick)) {
      if (search.isDone()) break
      const lineEnd = isRest ? text.indexOf('\n') : 0
      if (lineEnd < 0) continue
      search.push(isRest ? text.slice(lineEnd) : text)
      isRest = false
    }
    return { kind: 'searched', lines: search.end(), skipped: start }
  } catch (error) {
    return { kind: 'unreadable', text: fileFailure(path, error).text }
  } finally {
    closeSync(opened.fd)
  }
}
