import type { Front, ObservedCall } from '../standin/front/front.ts'
import { historyOf } from '../standin/model/history.ts'
import type { Job } from '../standin/model/job.ts'
import type { Panda } from '../standin/model/panda.ts'

/** What the trial server tells: talk on stderr and a table on stdout, or JSON lines on stdout alone. */
export interface ServerOutput {
  readonly started: (
    front: Front,
    panda: Panda,
    files: { readonly authorityDir: string; readonly clientFile: string } | null,
    dialect: string,
  ) => void
  readonly called: (call: ObservedCall) => void
  /** Tells each outcome once. */
  readonly news: (panda: Panda) => void
  readonly ended: (panda: Panda) => void
}

/** Parameters that tell which call it was; nothing else of a request is printed, so no secret is. */
const shown = ['PandaID', 'jobId', 'job_id', 'state', 'job_status', 'siteName', 'site_name', 'status'] as const

export function serverOutput(json: boolean): ServerOutput {
  const told = new Set<number>()
  const freshOutcomes = (panda: Panda) => {
    const fresh = [...panda.jobs.values()].filter((job) => job.outcome !== null && !told.has(job.PandaID))
    for (const job of fresh) told.add(job.PandaID)
    return fresh
  }
  return json ? jsonLines(freshOutcomes) : talk(freshOutcomes)
}

function jsonLines(freshOutcomes: (panda: Panda) => Job[]): ServerOutput {
  const line = (event: string, data: object) => process.stdout.write(`${JSON.stringify({ event, ...data })}\n`)
  return {
    started: (front, panda, files) => line('listening', { url: front.url, jobs: [...panda.jobs.keys()], ...files }),
    called: (call) => line('call', describe(call)),
    news: (panda) => {
      for (const job of freshOutcomes(panda)) line('outcome', summary(panda, job))
    },
    ended: (panda) => line('end', { jobs: [...panda.jobs.values()].map((job) => summary(panda, job)) }),
  }
}

function talk(freshOutcomes: (panda: Panda) => Job[]): ServerOutput {
  const say = (text: string) => process.stderr.write(`${text}\n`)
  return {
    started: (front, panda, files, dialect) => {
      const [first] = panda.jobs.values()
      const tls = files === null ? '' : ` --capath ${files.authorityDir} --cacert ${files.clientFile}`
      say(`PanDA stand-in on ${front.url}, ${panda.jobs.size} job(s) waiting. Ctrl-C ends it.`)
      say('Start a pilot against it:')
      say(
        `  bin/pilot --url ${front.url} --server-api ${dialect}${tls} -q TRIAL -j ${String(first?.definition.prodSourceLabel)}`,
      )
      say('It hands its jobs to whichever queue asks; describe the queue with --queuedata-url.')
    },
    called: (call) => {
      const { name, command, ...rest } = describe(call)
      const words = Object.entries(rest).map(([key, value]) => `${key}=${String(value)}`)
      say(`${name} ${words.join(' ')}${command === undefined ? '' : ` -> ${command}`}`)
    },
    news: (panda) => {
      for (const job of freshOutcomes(panda)) say(`job ${job.PandaID} is ${job.outcome}`)
    },
    ended: (panda) => process.stdout.write(table([...panda.jobs.values()].map((job) => summary(panda, job)))),
  }
}

function describe({ name, dialect, parameters, answer, fault }: ObservedCall) {
  const chosen = shown.flatMap((key) => (parameters[key] === undefined ? [] : [[key, parameters[key]] as const]))
  const command = /"command": "([^"]*)"|[&]command=([^&]*)/.exec(answer?.body ?? '')
  return {
    name,
    dialect,
    ...Object.fromEntries(chosen),
    http: answer?.status ?? null,
    ...(fault === null ? {} : { fault: fault.kind }),
    command: command?.[1] ?? command?.[2],
  }
}

function summary(panda: Panda, job: Job) {
  const updates = historyOf(panda, job.PandaID).filter((event) => event.call === 'update')
  return {
    PandaID: job.PandaID,
    state: job.state,
    reported: updates.at(-1)?.asked ?? null,
    updates: updates.length,
    pilotErrorCode: Number(job.fields.pilotErrorCode ?? 0),
    transExitCode: job.fields.transExitCode ?? null,
    text: String(job.fields.pilotErrorDiag ?? job.errors.ddmErrorDiag ?? job.errors.jobDispatcherErrorDiag ?? ''),
  }
}

function table(rows: readonly Readonly<Record<string, unknown>>[]): string {
  const names = Object.keys(rows[0] ?? {})
  const cells = [names, ...rows.map((row) => names.map((name) => String(row[name] ?? '-')))]
  const widths = names.map((_, column) => Math.max(...cells.map((line) => (line[column] ?? '').length)))
  const text = (line: readonly string[]) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')
  return cells.map((line) => `${text(line).trimEnd()}\n`).join('')
}
