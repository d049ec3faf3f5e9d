import type { ErrorName } from '../job/error-table.ts'
import type { RetryAdvice } from './port.ts'

type Verdict = readonly [name: ErrorName, advice: RetryAdvice]

/** One kind of failure; every condition that is given must hold. */
export interface FailureRow {
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
 * Advice as in 2.7: a missing file or a mismatch is not tried again at the same place, all that may pass is.
 */
export const failureRows: readonly FailureRow[] = [
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
    in: ['STAGEINTIMEOUT', 'retry'],
    out: ['STAGEOUTTIMEOUT', 'retry'],
  },
  {
    tool: 'xrdcp',
    text: /invalid address/i,
    in: ['UNREACHABLENETWORK', 'retry'],
    out: ['UNREACHABLENETWORK', 'retry'],
  },
  {
    tool: 'xrdcp',
    text: /connection (error|reset|closed)|socket (error|disconnected|timeout)|stream (disconnect|error)/i,
    in: ['SERVICENOTAVAILABLE', 'retry'],
    out: ['SERVICENOTAVAILABLE', 'retry'],
  },
  {
    tool: 'xrdcp',
    exitCode: 2,
    text: /no such file/i,
    in: ['STAGEINFAILED', 'give-up'],
    out: ['MISSINGOUTPUTFILE', 'give-up'],
  },
  { text: /cannot be started/, in: ['STAGEINFAILED', 'other-replica'], out: ['STAGEOUTFAILED', 'other-replica'] },
  { tool: 'xrdcp', text: /was ended by SIG/, in: ['STAGEINTIMEOUT', 'retry'], out: ['STAGEOUTTIMEOUT', 'retry'] },

  { text: /timeout|timed out/i, in: ['STAGEINTIMEOUT', 'retry'], out: ['STAGEOUTTIMEOUT', 'retry'] },
  {
    text: /failed xrdadler32|does not match the checksum|checksum error/i,
    in: ['GETADMISMATCH', 'other-replica'],
    out: ['PUTADMISMATCH', 'retry'],
  },
  { text: /globus_xio:/i, in: ['GETGLOBUSSYSERR', 'retry'], out: ['PUTGLOBUSSYSERR', 'retry'] },
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
    in: ['UNREACHABLENETWORK', 'retry'],
    out: ['UNREACHABLENETWORK', 'retry'],
  },
  { text: /server responded with an error/i, in: ['XRDCPERROR', 'retry'], out: ['XRDCPERROR', 'retry'] },
]

/** For what no row knows: nothing says that another try is in vain. */
export const otherFailure = {
  in: ['STAGEINFAILED', 'retry'],
  out: ['STAGEOUTFAILED', 'retry'],
} as const satisfies Pick<FailureRow, 'in' | 'out'>
