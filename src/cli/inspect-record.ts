import { errors } from '../job/error-table.ts'
import type { Finding } from '../job/errors.ts'
import type { ProcessEnd } from '../job/process.ts'
import type { JobRecord, TransferState } from '../job/record.ts'
import type { JobUpdate } from '../job/update.ts'

/** What a record says, on one line; a record of a kind that is unknown here as it is. */
export function recordText(record: JobRecord): string {
  switch (record.kind) {
    case 'definition':
      return `accepted, works in ${record.workDirectory}`
    case 'phase':
      return record.cause === '' ? record.phase : `${record.phase}: ${record.cause}`
    case 'finding':
      return findingText(record.finding)
    case 'transfer':
      return `${record.direction} ${record.lfn} ${transferText(record.state)}`
    case 'launching':
      return `launching the payload: ${record.commandLine}`
    case 'process':
      return `the payload runs as process ${record.identity.pid}`
    case 'payload-ended':
      return endText(record.end)
    case 'message':
      return `message ${record.id}: ${updateText(record.update)}`
    case 'acknowledged': {
      const commands = record.commands.map((command) => ('text' in command ? command.text : command.name))
      return `message ${record.id} was accepted${commands.length === 0 ? '' : `, answer: ${commands.join(', ')}`}`
    }
    case 'outcome':
      return outcomeText(record)
    case 'delivered':
      return 'the server has the outcome'
    default:
      return JSON.stringify(record)
  }
}

export function findingText({ name, detail, phase, origin }: Finding): string {
  const known = Object.hasOwn(errors, name) ? errors[name] : undefined
  return `${known?.code ?? '?'} ${name} in ${phase}, seen by ${origin}${detail === '' ? '' : `: ${detail}`}`
}

export function transferText(state: TransferState): string {
  switch (state.kind) {
    case 'intended':
      return `intended: ${state.pfn}`
    case 'done':
      return state.stored === undefined ? 'done' : `done: ${state.stored.size} B, ${state.stored.surl}`
    case 'failed':
      return `failed: ${state.text}`
  }
}

export function endText(end: ProcessEnd): string {
  if (end.kind === 'lost') return `the payload is lost: ${end.text}`
  const cpu = end.cpuSeconds === undefined ? '' : `, ${end.cpuSeconds.toFixed(2)} s of CPU`
  if (end.kind === 'signalled') return `the payload was ended by ${end.signal}${cpu}`
  return `the payload ended with exit code ${end.exitCode}${cpu}`
}

export function updateText({ state, final }: JobUpdate): string {
  if (final === undefined) return state
  const error = final.pilotError === undefined ? '' : `, ${final.pilotError.code} ${final.pilotError.text}`
  return `${state}, final${error}`
}

export function outcomeText({ outcome, code, text }: Extract<JobRecord, { kind: 'outcome' }>): string {
  return code === 0 ? outcome : `${outcome}, ${code} ${text}`
}
