import type { ChecksumAlgorithm } from '../job/checksum.ts'
import { type ErrorName, errors } from '../job/error-table.ts'
import type { CopyOrder, CopyOutcome, RetryAdvice } from './port.ts'

type Failed = Extract<CopyOutcome, { kind: 'failed' }>
type Verdict = readonly [name: ErrorName, advice: RetryAdvice]

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

interface Row {
  readonly tool?: string
  readonly exitCode?: number
  /** Number in brackets that an XRootD server puts before its message. */
  readonly serverError?: number
  readonly systemError?: string
  readonly text?: RegExp
  readonly in: Verdict
  readonly out: Verdict
}

/**
 * First row whose every condition holds decides: what a tool says in numbers comes before what it says in words, since
 * words are mistaken easily (contracts/pilot-data.md appendix A, column "new"; 2.8 for the texts, without regard to case).
 */
const rows: readonly Row[] = [
  {
    tool: 'mv',
    systemError: 'ENOENT',
    in: ['MISSINGINPUTFILE', 'other-replica'],
    out: ['MISSINGOUTPUTFILE', 'give-up'],
  },
  { systemError: 'ENOSPC', in: ['NOLOCALSPACE', 'give-up'], out: ['NOREMOTESPACE', 'other-replica'] },
  { systemError: 'EDQUOT', in: ['NOLOCALSPACE', 'give-up'], out: ['NOREMOTESPACE', 'other-replica'] },
  { systemError: 'EEXIST', in: ['FILEEXISTS', 'give-up'], out: ['FILEEXISTS', 'give-up'] },
  { systemError: 'EACCES', in: ['STAGEINFAILED', 'other-replica'], out: ['STAGEOUTFAILED', 'other-replica'] },

  { tool: 'xrdcp', serverError: 3009, in: ['NOLOCALSPACE', 'give-up'], out: ['NOREMOTESPACE', 'other-replica'] },
  {
    tool: 'xrdcp',
    serverError: 3010,
    in: ['STAGEINFAILED', 'other-replica'],
    out: ['STAGEOUTFAILED', 'other-replica'],
  },
  { tool: 'xrdcp', serverError: 3011, in: ['MISSINGINPUTFILE', 'other-replica'], out: ['NOSUCHFILE', 'other-replica'] },
  { tool: 'xrdcp', serverError: 3013, in: ['CHKSUMNOTSUP', 'other-replica'], out: ['CHKSUMNOTSUP', 'other-replica'] },
  { tool: 'xrdcp', serverError: 3018, in: ['FILEEXISTS', 'give-up'], out: ['FILEEXISTS', 'give-up'] },
  { tool: 'xrdcp', serverError: 3021, in: ['NOLOCALSPACE', 'give-up'], out: ['NOREMOTESPACE', 'other-replica'] },
  { tool: 'xrdcp', serverError: 3024, in: ['SERVICENOTAVAILABLE', 'retry'], out: ['SERVICENOTAVAILABLE', 'retry'] },
  { tool: 'xrdcp', exitCode: 53, in: ['GETADMISMATCH', 'other-replica'], out: ['PUTADMISMATCH', 'retry'] },
  {
    tool: 'xrdcp',
    text: /auth failed|cannot authenticate/i,
    in: ['STAGEINAUTHENTICATIONFAILURE', 'other-replica'],
    out: ['STAGEOUTAUTHENTICATIONFAILURE', 'other-replica'],
  },
  {
    tool: 'xrdcp',
    text: /operation expired/i,
    in: ['STAGEINTIMEOUT', 'other-replica'],
    out: ['STAGEOUTTIMEOUT', 'retry'],
  },
  {
    tool: 'xrdcp',
    text: /invalid address/i,
    in: ['UNREACHABLENETWORK', 'other-replica'],
    out: ['UNREACHABLENETWORK', 'other-replica'],
  },
  {
    tool: 'xrdcp',
    exitCode: 51,
    text: /connection error|socket error/i,
    in: ['SERVICENOTAVAILABLE', 'other-replica'],
    out: ['SERVICENOTAVAILABLE', 'retry'],
  },
  {
    tool: 'xrdcp',
    exitCode: 2,
    text: /no such file/i,
    in: ['STAGEINFAILED', 'give-up'],
    out: ['MISSINGOUTPUTFILE', 'give-up'],
  },
  { tool: 'xrdcp', text: /was ended by SIG/, in: ['STAGEINTIMEOUT', 'retry'], out: ['STAGEOUTTIMEOUT', 'retry'] },

  { text: /timeout|timed out/i, in: ['STAGEINTIMEOUT', 'other-replica'], out: ['STAGEOUTTIMEOUT', 'retry'] },
  {
    text: /failed xrdadler32|does not match the checksum|checksum error/i,
    in: ['GETADMISMATCH', 'other-replica'],
    out: ['PUTADMISMATCH', 'retry'],
  },
  { text: /globus_xio:/i, in: ['GETGLOBUSSYSERR', 'other-replica'], out: ['PUTGLOBUSSYSERR', 'retry'] },
  {
    text: /file exists|srm_file_busy|file already exists/i,
    in: ['FILEEXISTS', 'give-up'],
    out: ['FILEEXISTS', 'give-up'],
  },
  {
    text: /no such file or directory/i,
    in: ['MISSINGINPUTFILE', 'other-replica'],
    out: ['NOSUCHFILE', 'other-replica'],
  },
  {
    text: /query chksum is not supported|unable to checksum/i,
    in: ['CHKSUMNOTSUP', 'other-replica'],
    out: ['CHKSUMNOTSUP', 'other-replica'],
  },
  { text: /could not establish context/i, in: ['NOPROXY', 'give-up'], out: ['NOPROXY', 'give-up'] },
  { text: /no space left on device/i, in: ['NOLOCALSPACE', 'give-up'], out: ['NOREMOTESPACE', 'other-replica'] },
  {
    text: /service is not available at the moment/i,
    in: ['SERVICENOTAVAILABLE', 'retry'],
    out: ['SERVICENOTAVAILABLE', 'retry'],
  },
  {
    text: /network is unreachable/i,
    in: ['UNREACHABLENETWORK', 'other-replica'],
    out: ['UNREACHABLENETWORK', 'retry'],
  },
  { text: /server responded with an error/i, in: ['XRDCPERROR', 'other-replica'], out: ['XRDCPERROR', 'retry'] },
]

const otherwise = { in: ['STAGEINFAILED', 'other-replica'], out: ['STAGEOUTFAILED', 'retry'] } as const satisfies Pick<
  Row,
  'in' | 'out'
>

/** The same mismatch has a code of its own for md5. */
const md5Names: Partial<Record<ErrorName, ErrorName>> = {
  GETADMISMATCH: 'GETMD5MISMATCH',
  PUTADMISMATCH: 'PUTMD5MISMATCH',
}

function applies(row: Row, failure: CopyFailure, text: string): boolean {
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

/** The last lines of a tool's talk on one line, for people; the query of a signed URL is a secret. */
export function detailOf(text: string): string {
  const lines = text
    .replace(/\p{Cc}+/gu, (controls) => (controls.includes('\n') ? '\n' : ' '))
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  return lines
    .join('; ')
    .replace(/(\w:\/\/[^\s?]*)\?\S+/g, '$1?…')
    .slice(-longestDetail)
}

/** A failure with a code chosen by the caller. */
export function failed(name: ErrorName, detail: string, advice: RetryAdvice): Failed {
  return { kind: 'failed', error: { code: errors[name].code, text: detail }, advice }
}

/** PanDA code and advice for a failed copy: a pure look-up in the table above. */
export function classify(failure: CopyFailure): Failed {
  const text = withoutPaths(failure.text, failure.order)
  const row = rows.find((candidate) => applies(candidate, failure, text)) ?? otherwise
  const [name, advice] = row[failure.order.direction]
  const said = detailOf(failure.text)
  const end = failure.exitCode === undefined ? '' : ` ended with ${failure.exitCode}`
  return failed(
    verdictName(name, failure.order.checksum?.algorithm),
    `${failure.tool}${end}: ${said === '' ? 'no message' : said}`,
    advice,
  )
}

/** The copy was still running when its time was up. */
export function timedOut(tool: string, order: CopyOrder): Failed {
  const detail = `${tool} gave up ${order.lfn} after ${order.timeout} s`
  return order.direction === 'in'
    ? failed('STAGEINTIMEOUT', detail, 'other-replica')
    : failed('STAGEOUTTIMEOUT', detail, 'retry')
}

/** The caller ended the copy: it alone knows why. */
export function stopped(tool: string, order: CopyOrder): Failed {
  const name = order.direction === 'in' ? 'STAGEINFAILED' : 'STAGEOUTFAILED'
  return failed(name, `${tool} was told to stop copying ${order.lfn}`, 'give-up')
}
