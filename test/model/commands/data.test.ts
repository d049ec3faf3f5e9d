import { describe, test } from 'vitest'
import { dataActor } from '../../../src/actors/data.ts'
import { type TransferResult, transferAttempts } from '../../../src/job/transfer.ts'
import type { DataInput, DataOutput } from '../../../src/machines/data.ts'
import { assignmentOf } from '../examples.ts'
import type { Judge, Seen } from './desk.ts'
import { steeredPorts } from './ports.ts'
import { holdsForAllCommands, holdsInEveryOrder } from './prove.ts'
import type { Trial } from './world.ts'

const lfns = ['a.root', 'b.root', 'c.root']
/** Files in flight at once. */
const most = 2
const list = (value: string): string => lfns.map(() => value).join()
const assignment = assignmentOf({
  inFiles: lfns.join(),
  GUID: list('A1'),
  fsize: list('10'),
  checksum: list('ad:00000001'),
  scopeIn: list('mc'),
  ddmEndPointIn: list('HERE'),
  outFiles: lfns.join(),
  realDatasets: list('set.out'),
  ddmEndPointOut: list('HERE'),
  logFile: '',
})

const stageIn: DataInput = { assignment, direction: 'in', outputs: [], most }
const stageOut: DataInput = { ...stageIn, direction: 'out', outputs: assignment.definition.outputs }

function trialOf(input: DataInput): Trial {
  const catalogue = `write ${assignment.directory}/PoolFileCatalog.xml`
  const answers = lfns.flatMap((lfn): [string, readonly string[]][] => [
    [`copy ${lfn}`, ['copied', 'try again', 'try another', 'give up']],
    [`measure ${lfn}`, ['right', 'wrong', 'missing', 'unreadable']],
  ])
  return {
    open: (desk) => ({ logic: () => dataActor(steeredPorts(desk)), input: () => input }),
    messages: { stop: () => ({ type: 'data.stop' }) },
    answers: { ...Object.fromEntries(answers), [catalogue]: ['written', 'failed'] },
    judge: () => judge(input.direction),
  }
}

/** What storage and a parent may see of one direction of a job's data. */
function judge(direction: DataInput['direction']): Judge {
  const copying = new Set<string>()
  const begun = new Set<string>()
  const tries = new Map<string, number>()
  /** The last word on a file's copy, and on what was measured of it, by its path here or `there`. */
  const last = new Map<string, string>()
  let isStopped = false
  let hasGivenUp = false
  let catalogue: string | undefined

  function judgeCopy(lfn: string): string | undefined {
    copying.add(lfn)
    tries.set(lfn, (tries.get(lfn) ?? 0) + 1)
    if (isStopped) return `copies ${lfn} after the stop`
    if (copying.size > most) return `${copying.size} copies at once`
    return (tries.get(lfn) ?? 0) > transferAttempts ? `copies ${lfn} too often` : undefined
  }

  function judgeEnd({ results, findings }: DataOutput): string | undefined {
    const ended = results.map(({ lfn }): string => lfn).sort()
    if (copying.size > 0) return `ended while ${[...copying]} are copied`
    // Stopped before anything was planned it knows of no files.
    if (ended.join() !== lfns.join() && !(isStopped && ended.length === 0)) return `these files ended: ${ended}`
    const isAllStored = results.every(({ kind }) => kind === 'stored')
    if (!isStopped && isAllStored !== (findings.length === 0 || catalogue === 'failed')) return 'a failure without word'
    if (!isStopped && isAllStored && direction === 'in' && catalogue === undefined) return 'no catalogue'
    return results.map(judgeResult).find((objection) => objection !== undefined)
  }

  function judgeResult({ kind, lfn }: TransferResult): string | undefined {
    if (kind !== 'stored') return undefined
    if (last.get(`copy ${lfn}`) !== 'copied') return `${lfn} is stored without a copy`
    const expected = direction === 'in' ? 'right' : last.get(`${assignment.directory}/${lfn}`)
    const found = last.get(`${direction === 'in' ? assignment.directory : 'there'}/${lfn}`)
    return found === expected ? undefined : `${lfn} is stored as ${found}, not ${expected}`
  }

  return (seen: Seen) => {
    if (seen.kind === 'sent') isStopped = true
    if (seen.kind === 'broke') return `broke: ${String(seen.error)}`
    if (seen.kind === 'closed') return judgeEnd(seen.output as DataOutput)
    if (seen.kind !== 'asked' && seen.kind !== 'answered') return undefined
    const [verb, lfn = ''] = seen.name.split(' ')
    if (seen.kind === 'answered') {
      last.set(verb === 'measure' ? placeOf(String(seen.detail), lfn) : seen.name, seen.how)
      if (verb === 'copy') copying.delete(lfn)
      if (verb === 'write') catalogue = seen.how
      hasGivenUp ||= seen.how === 'give up'
      return undefined
    }
    if (verb !== 'copy' && verb !== 'measure') return undefined
    if (hasGivenUp && !begun.has(lfn)) return `begins with ${lfn} after another was given up`
    begun.add(lfn)
    return verb === 'copy' ? judgeCopy(lfn) : undefined
  }
}

function placeOf(path: string, lfn: string): string {
  return path.startsWith(assignment.directory) ? path : `there/${lfn}`
}

describe.each([
  ['stage-in', trialOf(stageIn)],
  ['stage-out', trialOf(stageOut)],
])('%s over its real transfers', (_, trial) => {
  test('ends every file once, few at a time, stored only when verified, and copies nothing after a stop', () =>
    holdsForAllCommands(trial, 200, 200))

  test('does so in every order in which copies and measurements end', () =>
    holdsInEveryOrder(trial, 200, ['stop', 'wait', 'wait']))

  test('brings every file when nothing stops it, in whatever order', () => holdsInEveryOrder(trial, 100))
})
