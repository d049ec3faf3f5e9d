import type { ChecksumAlgorithm } from '../job/checksum.ts'
import { type ErrorName, errors } from '../job/error-table.ts'
import { type FailureRow, failureRows, otherFailure } from './copy-error-table.ts'
import type { CopyOrder, CopyOutcome, RetryAdvice } from './port.ts'

type Failed = Extract<CopyOutcome, { kind: 'failed' }>

/** What is known of a copy that went wrong. */
export interface CopyFailure {
  readonly tool: string
  readonly order: CopyOrder
  readonly exitCode?: number | undefined
  /** `ENOSPC` and the like, when a system call of ours failed. */
  readonly systemError?: string | undefined
  /** Everything the tool said. */
  readonly text: string
}

/** The same mismatch has a code of its own for md5. */
const md5Names: Partial<Record<ErrorName, ErrorName>> = {
  GETADMISMATCH: 'GETMD5MISMATCH',
  PUTADMISMATCH: 'PUTMD5MISMATCH',
}

function applies(row: FailureRow, failure: CopyFailure, text: string): boolean {
  return (
    (row.tool === undefined || row.tool === failure.tool) &&
    (row.exitCode === undefined || row.exitCode === failure.exitCode) &&
    (row.systemError === undefined || row.systemError === failure.systemError) &&
    (row.serverError === undefined || text.includes(`[${row.serverError}]`)) &&
    (row.text === undefined || row.text.test(text))
  )
}

function verdictName(name: ErrorName, algorithm: ChecksumAlgorithm | undefined): ErrorName {
  return algorithm === 'md5' ? (md5Names[name] ?? name) : name
}

/** Paths and URLs may hold any of the words looked for (`/user.x.timeout.root`), so they are taken out before. */
function withoutPaths(text: string, { local, remote }: CopyOrder): string {
  return text
    .replaceAll(remote, '…')
    .replaceAll(local, '…')
    .replace(/\S*\/\S*/g, '…')
}

/** Longest tool message that is passed on (contracts/pilot-data.md 2.8). */
const longestDetail = 256

/** The query of a signed URL is a secret. */
function withoutQueries(text: string): string {
  return text.replace(/(\w:\/\/[^\s?]*)\?\S+/g, '$1?…')
}

/** The last lines of a tool's talk on one line, for people. */
export function detailOf(text: string): string {
  const lines = text
    .replace(/\p{Cc}+/gu, (controls) => (controls.includes('\n') ? '\n' : ' '))
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  return withoutQueries(lines.join('; ')).slice(-longestDetail)
}

/** A failure with a code chosen by the caller. */
export function failed(name: ErrorName, detail: string, advice: RetryAdvice): Failed {
  return { kind: 'failed', error: { code: errors[name].code, text: withoutQueries(detail) }, advice }
}

/** PanDA code and advice for a failed copy: a pure look-up in the table above. */
export function classify(failure: CopyFailure): Failed {
  const text = withoutPaths(failure.text, failure.order)
  const row = failureRows.find((candidate) => applies(candidate, failure, text)) ?? otherFailure
  const [name, advice] = row[failure.order.direction]
  const said = detailOf(failure.text)
  const end = failure.exitCode === undefined ? '' : ` ended with ${failure.exitCode}`
  return failed(
    verdictName(name, failure.order.checksum?.algorithm),
    `${failure.tool}${end}: ${said === '' ? 'no message' : said}`,
    advice,
  )
}

/** A file that is not as long as it should be: the wrong one, or a part of it. */
export function otherSize(order: CopyOrder, where: string, size: number, advice: RetryAdvice): Failed {
  const name = order.direction === 'in' ? 'STAGEINFAILED' : 'STAGEOUTFAILED'
  return failed(name, `${where} has ${size} bytes, not ${order.size}`, advice)
}

/** The copy was still running when its time was up. */
export function timedOut(tool: string, order: CopyOrder): Failed {
  const detail = `${tool} gave up ${order.lfn} after ${order.timeout} s`
  return order.direction === 'in'
    ? failed('STAGEINTIMEOUT', detail, 'retry')
    : failed('STAGEOUTTIMEOUT', detail, 'retry')
}

/** The caller ended the copy: it alone knows why. */
export function stopped(tool: string, order: CopyOrder): Failed {
  const name = order.direction === 'in' ? 'STAGEINFAILED' : 'STAGEOUTFAILED'
  return failed(name, `${tool} was told to stop copying ${order.lfn}`, 'give-up')
}
