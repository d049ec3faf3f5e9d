import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PilotEnd, PilotRun } from '../../test/e2e/pilot-run.ts'
import { openSite, type Site } from '../../test/e2e/site.ts'
import type { Certificates } from './certificates.ts'
import { judge, type Verdict } from './judge.ts'
import { type OwnNames, ownNames, serverName } from './names.ts'
import { failuresOf, predecessors, runOutage } from './outage.ts'
import type { Planned } from './plan.ts'
import { type ChaosProxy, openProxy } from './proxy.ts'

/** MB of 2^20 bytes that a pilot stays below. */
const mostMemory = 200

export interface Row extends Omit<Verdict, 'outcomes' | 'sentences'> {
  readonly fault: string
  readonly call: string
  readonly dialect: string
  readonly times: number
  /** How often it really struck. */
  readonly struck: number
  readonly outcome: string
  readonly pilotExitCode: number | undefined
  readonly peakRssMB: number
  readonly seconds: number
  /** What is not as it must be. */
  readonly wrong: readonly string[]
}

/** One pilot process, one fault. Rejects only when the harness itself is broken. */
export async function run(planned: Planned, certificates: Certificates): Promise<Row> {
  const { fault, call, dialect, times, exitCode } = planned
  const begun = performance.now()
  await using site = await openSite({ dialects: [dialect] })
  const { directory } = site
  await copyFile(join(import.meta.dirname, 'payload.sh'), join(directory, 'web/trf/user/undisturbed.sh'))
  const secure = fault.name.endsWith('certificate')
  const names = fault.name === 'DNS gone' ? await ownNames(directory) : undefined
  const gate = join(directory, 'gate')
  let struck = 0
  let ended = false
  let pilot: PilotRun | undefined
  let outage = Promise.resolve()

  function beginOutage(): void {
    if (fault.kind !== 'outage') return
    const failures = (): number => failuresOf(call, pilot?.stderr() ?? '')
    const before = failures()
    const over = (): boolean => {
      struck = failures() - before
      return ended || struck >= times
    }
    outage = runOutage(fault, { proxy, certificates, names }, over)
  }

  await using proxy: ChaosProxy = await openProxy({
    upstream: await portOf(site),
    dialect,
    certificate: secure ? certificates.good : undefined,
    faultFor(asked) {
      if (fault.kind !== 'answer' || asked !== call || struck >= times) return undefined
      struck += 1
      return fault
    },
    answered(asked) {
      // A job whose first word had to be repeated may say what it does now with it, and nothing more until its end.
      if (asked === 'update running' || (asked === 'update starting' && asked === call)) writeFileSync(gate, '')
      if (asked === predecessors[call] && struck === 0) beginOutage()
    },
  })
  if (predecessors[call] === undefined) beginOutage()

  // Each answer that is lost may take a job with it, also one that was merely under way when connections were dropped.
  const offered = 2 * times + 1
  const ledgerOf = (number: number): string => join(directory, `ledger-${number}`)
  const ids = Array.from({ length: offered }, (_, number) =>
    site.offer({
      transform: 'undisturbed.sh',
      pars: `${ledgerOf(number)} ${gate} ${exitCode} out.${number}`,
      outputs: [`out.${number}`],
    }),
  )
  pilot = site.pilot(...(await options(site, proxy, { secure, names, certificates })))
  const end = await endOf(pilot)
  ended = true
  await outage
  const verdict = judge({
    site,
    ids,
    exitCode,
    ledger: (id) => linesOf(ledgerOf(ids.indexOf(id))),
    log: pilot.stderr(),
  })
  const peakRssMB = await peakOf(site)
  const wrong = [...verdict.sentences]
  if (end instanceof Error) wrong.push(end.message)
  if (struck === 0) wrong.push('the fault never struck')
  if (!(peakRssMB < mostMemory)) wrong.push(`the pilot took ${peakRssMB} MB`)
  return {
    fault: fault.name,
    call,
    dialect,
    times,
    struck,
    outcome: verdict.outcomes.join(','),
    lost: verdict.lost,
    duplicated: verdict.duplicated,
    falseSuccess: verdict.falseSuccess,
    disturbed: verdict.disturbed,
    orphaned: verdict.orphaned,
    pilotExitCode: end instanceof Error ? undefined : end.exitCode,
    peakRssMB,
    seconds: Math.round(performance.now() - begun) / 1000,
    wrong,
  }
}

/** The stand-in's port is part of the base URL that its jobs are allowed to load transforms from. */
async function portOf(site: Site): Promise<number> {
  const id = site.offer({})
  const transformation = String(site.panda.jobs.get(id)?.definition.transformation)
  site.panda.jobs.delete(id)
  site.panda.byState.get('activated')?.delete(id)
  return Number(new URL(transformation).port)
}

/** Three times as long as a test would wait: many pilots run side by side. The problem if it does not end. */
async function endOf(pilot: PilotRun): Promise<PilotEnd | Error> {
  const wait = (): Promise<PilotEnd> => pilot.ended()
  return wait()
    .catch(wait)
    .catch(wait)
    .catch((cause: Error) => cause)
}

interface Ways {
  readonly secure: boolean
  readonly names: OwnNames | undefined
  readonly certificates: Certificates
}

async function options(
  site: Site,
  proxy: ChaosProxy,
  { secure, names, certificates }: Ways,
): Promise<Parameters<Site['pilot']>> {
  const authorities = join(site.directory, 'certificates')
  await mkdir(authorities)
  await writeFile(join(authorities, 'ca.pem'), certificates.authority)
  const url = names !== undefined ? `http://${serverName}` : secure ? 'https://localhost' : 'http://127.0.0.1'
  const given = ['--url', url, '-p', String(proxy.port), '--capath', authorities, '-v', '8', '-x', '8', '--no-restart']
  const environment = {
    NODE_OPTIONS: `--import ${import.meta.resolve('./hurry.ts')}`,
    FAULTS_MEMORY_FILE: join(site.directory, 'memory'),
    HARVESTER_ID: 'faults',
    HARVESTER_WORKER_ID: '1',
    ...(names === undefined ? {} : { PILOT_NODE: names.node }),
  }
  return [given, environment]
}

function linesOf(file: string): readonly string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
}

/** MB; NaN when the pilot did not live to tell. */
async function peakOf(site: Site): Promise<number> {
  const kilobytes = await readFile(join(site.directory, 'memory'), 'utf8').catch(() => 'none')
  return Math.round(Number(kilobytes) / 102.4) / 10
}
