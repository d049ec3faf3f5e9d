import type { ErrorName } from '../job/error-table.ts'
import type { Finding } from '../job/errors.ts'
import type { ProcessEnd } from '../job/process.ts'
import type { PayloadTraces, WantedLines } from './port.ts'

// What a payload's end says about the cause, without knowing the experiment (contracts/pilot-core.md 6.3, without the
// defects of 11.2 rows 3 to 5). Findings carry `at: 0`: an experiment has no clock, who called it adds the time.

type KnownEnd = Exclude<ProcessEnd, { readonly kind: 'lost' }>

const badAlloc = ['St9bad_alloc', 'std::bad_alloc']

/** Texts of stderr that name a cause, the surest first. The first line they stand in becomes the detail. */
const causes = {
  PAYLOADOUTOFMEMORY: ['FATAL out of memory: taking the application down', ...badAlloc],
  NOLOCALSPACE: ['No space left on device'],
  SINGULARITYBINDPOINTFAILURE: ['Not mounting requested bind point'],
  SINGULARITYNOLOOPDEVICES: ['No more available loop devices'],
  SINGULARITYIMAGEMOUNTFAILURE: ['Failed to mount image', 'error: while mounting'],
  SINGULARITYFAILEDUSERNAMESPACE: ['Failed to create user namespace'],
  SINGULARITYNOTINSTALLED: ['Singularity is not installed'],
  APPTAINERNOTINSTALLED: ['Apptainer is not installed'],
  // Any program may print it: it counts where a container was asked for.
  SINGULARITYGENERALFAILURE: ['Operation not permitted'],
} as const satisfies Partial<Record<ErrorName, readonly string[]>>

const nothing: WantedLines = { stdout: {}, stderr: {} }

const ofFailure: WantedLines = {
  stdout: {
    PAYLOADOUTOFMEMORY: { texts: badAlloc, keep: 'first' },
    critical: { texts: ['CRITICAL'], keep: 'first' },
  },
  stderr: {
    ...Object.fromEntries(Object.entries(causes).map(([name, texts]) => [name, { texts, keep: 'first' }])),
    // A program goes on after many an error: what it said last is nearest to its end.
    error: { texts: ['ERROR:', 'Error:', 'error:', 'command not found'], keep: 'last' },
    warning: { texts: ['WARNING'], keep: 'last' },
  },
}

/** What `failedEnd` looks at: nothing of a payload that exited with 0 or was lost. */
export function wantedLines(end: ProcessEnd): WantedLines {
  return end.kind === 'lost' || (end.kind === 'exited' && end.exitCode === 0) ? nothing : ofFailure
}

/**
 * Findings about a payload that did not exit with 0, most specific first; the last is always the generic one with the
 * exit code as it was. Empty for exit code 0, whatever the payload printed. How a lost payload ended is unknown, and
 * said to be.
 */
export function failedEnd({ end, report, stdout, stderr }: PayloadTraces, inContainer: boolean): Finding[] {
  if (end.kind === 'exited' && end.exitCode === 0) return []
  if (end.kind === 'lost') return [found('UNKNOWNPAYLOADFAILURE', end.text)]
  const findings: Finding[] = []
  const add = (name: ErrorName, detail: string) => {
    if (!findings.some((known) => known.name === name)) findings.push(found(name, detail))
  }
  if (signalOf(end) === 11) add('PAYLOADSIGSEGV', describeEnd(end))
  for (const name of Object.keys(causes) as (keyof typeof causes)[]) {
    const line = stderr[name] ?? stdout[name]
    if (line !== undefined && (inContainer || name !== 'SINGULARITYGENERALFAILURE')) add(name, line)
  }
  for (const { name, detail } of reportedCauses(report?.exitMsg)) add(name, detail)
  const reason = messageOf(report) ?? stdout.critical ?? stderr.error ?? stderr.warning
  add('PAYLOADEXECUTIONFAILURE', reason === undefined ? describeEnd(end) : `${describeEnd(end)}: ${reason}`)
  return findings
}

/** Findings about a payload that exited with 0 although its own report tells of a failure. */
export function failedReport(report: PayloadTraces['report']): Finding[] {
  const code = [report?.exitCode, report?.exeErrorCode].find((value) => value !== undefined && value !== 0)
  if (code === undefined) return []
  const message = messageOf(report)
  const detail = `the payload exited with 0, its job report says exit code ${code}`
  return [
    ...reportedCauses(report?.exitMsg),
    found('UNKNOWNPAYLOADFAILURE', message === undefined ? detail : `${detail}: ${message}`),
  ]
}

/** What a job report's message names by itself (contracts/pilot-experiment.md 2.6). */
function reportedCauses(exitMsg: string | undefined): Finding[] {
  if (exitMsg?.includes('got a SIGSEGV signal')) return [found('PAYLOADSIGSEGV', exitMsg)]
  if (exitMsg?.includes('bad_alloc')) return [found('BADALLOC', exitMsg)]
  return []
}

function messageOf(report: PayloadTraces['report']): string | undefined {
  return [report?.exitMsg, report?.exeErrorDiag].find((text) => text !== undefined && text !== '' && text !== 'OK')
}

const signalNames: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  10: 'SIGUSR1',
  11: 'SIGSEGV',
  12: 'SIGUSR2',
  13: 'SIGPIPE',
  14: 'SIGALRM',
  15: 'SIGTERM',
  24: 'SIGXCPU',
  25: 'SIGXFSZ',
  31: 'SIGSYS',
}

/** A shell tells death by signal n as 128 + n; a program may exit with that number by itself, rarely. */
function signalOf(end: KnownEnd): number | undefined {
  if (end.kind === 'exited') return signalNames[end.exitCode - 128] === undefined ? undefined : end.exitCode - 128
  const number = Object.keys(signalNames).find((key) => signalNames[Number(key)] === end.signal)
  return number === undefined ? undefined : Number(number)
}

function describeEnd(end: KnownEnd): string {
  const signal = signalOf(end)
  const killed = signal === undefined ? undefined : `killed by signal ${signal} (${signalNames[signal]})`
  if (end.kind === 'signalled') return killed ?? `killed by ${end.signal}`
  return killed === undefined ? `exit code ${end.exitCode}` : `exit code ${end.exitCode}, ${killed}`
}

function found(name: ErrorName, detail: string): Finding {
  return { name, detail, phase: 'payload', at: 0, origin: 'diagnosis' }
}
