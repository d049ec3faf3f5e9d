import { describe, expect, test } from 'vitest'
import type { Launch, PayloadResult, Preparation } from '../../src/job/payload.ts'
import type { ProcessEnd } from '../../src/job/process.ts'
import { grace, hurriedGrace, payloadMachine } from '../../src/machines/payload.ts'
import { assignment, finding, processIdentity } from './examples.ts'
import {
  ended,
  endOf,
  follows,
  isClosed,
  type Mark,
  moveOf,
  outputOf,
  started,
  startOf,
  timeOf,
  told,
} from './history.ts'
import { provesTheChart } from './rules.ts'
import type { Child, Ending } from './run.ts'
import { answers, breaking, type Path, walk } from './walk.ts'

const walked = walk({
  machine: payloadMachine,
  starts: { job: { assignment } },
  messages: { kill: { type: 'payload.kill', hurry: false }, 'kill fast': { type: 'payload.kill', hurry: true } },
  children: {
    prepare: answers({
      ready: { kind: 'ready', command: { commandLine: './run', environment: {} } } satisfies Preparation,
      refused: { kind: 'refused', finding: finding('TRFDOWNLOADFAILURE'), again: false } satisfies Preparation,
      'out of reach': { kind: 'refused', finding: finding('TRFDOWNLOADFAILURE'), again: true } satisfies Preparation,
    }),
    launch: answers({
      launched: { kind: 'launched', identity: processIdentity, at: 1000 } satisfies Launch,
      refused: { kind: 'refused', finding: finding('PAYLOADEXECUTIONFAILURE'), again: false } satisfies Launch,
    }),
    awaitEnd: answers({
      exited: { kind: 'exited', exitCode: 3, cpuSeconds: 1 } satisfies ProcessEnd,
      signalled: { kind: 'signalled', signal: 'SIGKILL', cpuSeconds: 1 } satisfies ProcessEnd,
      lost: { kind: 'lost', text: 'no status file' } satisfies ProcessEnd,
    }),
    terminate: answers({ signalled: 2 }),
    kill: answers({ signalled: 1 }),
    sweep: answers({ clean: 0 }),
    examine: { ends: examineEnds },
  },
  tellsApart: ({ preparations, killed, hurry, findings, end }) => [
    preparations,
    killed,
    hurry,
    findings.length,
    end?.kind,
  ],
})

provesTheChart('payload', walked)

const anyKill = moveOf('kill', 'kill fast')
const signalling = ['terminate', 'kill', 'sweep'] as const

describe('along every path the payload', () => {
  test('is launched at most once, and not after it was to be killed', () => {
    expect(breaking(walked, (path) => started(path, 'launch').length > 1)).toEqual([])
    expect(breaking(walked, (path) => follows(path, anyKill, startOf('launch')))).toEqual([])
  })

  test('is told as started exactly when it was launched', () => {
    const launched = (path: Path): number => ended(path, 'launch').filter((how) => how === 'launched').length
    expect(breaking(walked, (path) => told(path, 'payload.started').length !== launched(path))).toEqual([])
  })

  test('is signalled only by its own identity, and never before it was launched', () => {
    const isForeign = (path: Path): boolean =>
      signalling.some((child) => started(path, child).some((identity) => identity !== processIdentity))
    expect(breaking(walked, isForeign)).toEqual([])
  })

  test('is signalled while it runs only when that was ordered: TERM first', () => {
    expect(breaking(walked, (path) => started(path, 'terminate').length > 0 && !path.history.some(anyKill))).toEqual([])
    expect(breaking(walked, (path) => follows(path, startOf('kill'), startOf('terminate')))).toEqual([])
    expect(
      breaking(walked, (path) => started(path, 'kill').length > 0 && started(path, 'terminate').length === 0),
    ).toEqual([])
  })

  test('gets its grace before KILL, unless TERM could not even be sent', () => {
    const isTooEarly = (path: Path): boolean => {
      const [term, kill] = [timeOf(path, startOf('terminate')), timeOf(path, startOf('kill'))]
      const least = path.history.some(moveOf('kill fast')) ? hurriedGrace : grace
      const wasSent = !ended(path, 'terminate').includes('failed')
      return wasSent && term !== undefined && kill !== undefined && kill < term + least
    }
    expect(breaking(walked, isTooEarly)).toEqual([])
  })

  test('gets KILL when its grace is over: the short one once it is in a hurry', () => {
    expect(breaking(walked, (path) => outlives(path, startOf('terminate'), grace))).toEqual([])
    const outlivesHurry = (path: Path): boolean =>
      outlives(path, moveOf('kill fast'), hurriedGrace) && outlives(path, startOf('terminate'), hurriedGrace)
    expect(breaking(walked, outlivesHurry)).toEqual([])
  })

  test('is swept after it was launched, before the chart ends', () => {
    const unswept = (path: Path): boolean =>
      told(path, 'payload.started').length > 0 && isClosed(path) && ended(path, 'sweep').length !== 1
    expect(breaking(walked, unswept)).toEqual([])
    expect(breaking(walked, (path) => follows(path, startOf('examine'), startOf('sweep')))).toEqual([])
  })

  test('has no end but its own', () => {
    const isInvented = (path: Path): boolean =>
      isClosed(path) &&
      outputOf<PayloadResult>(path)?.end?.kind !== ended(path, 'awaitEnd').find((how) => how !== 'failed')
    expect(breaking(walked, isInvented)).toEqual([])
  })

  test('hands every finding up', () => {
    expect(
      breaking(walked, (path) => isClosed(path) && outputOf<PayloadResult>(path)?.findings.length !== failures(path)),
    ).toEqual([])
  })
})

function examineEnds({ input }: Child): Readonly<Record<string, Ending>> {
  const { end, startedAt } = input as Pick<PayloadResult, 'end' | 'startedAt'>
  const good: PayloadResult = {
    end,
    report: undefined,
    metaData: '',
    outputs: [],
    findings: [],
    startedAt,
    endedAt: 2000,
  }
  return {
    good: { output: good },
    bad: { output: { ...good, findings: [finding('COREDUMP')] } },
    failed: { error: new Error('it broke') },
  }
}

/** Lives on, unkilled, longer than so many ms after that. */
function outlives(path: Path, mark: Mark, most: number): boolean {
  const from = timeOf(path, mark)
  const until = timeOf(path, startOf('kill')) ?? timeOf(path, endOf('awaitEnd')) ?? path.history.at(-1)?.at
  return from !== undefined && until !== undefined && until > from + most
}

function failures(path: Path): number {
  const unheard = new Set(['terminate', 'kill', 'sweep'])
  const failing = new Set(['refused', 'failed', 'bad'])
  const hows = path.history.flatMap((happening) =>
    happening.kind === 'ended' && !unheard.has(happening.child) ? [happening.how] : [],
  )
  const lastTry = ended(path, 'prepare').at(-1) === 'out of reach' && !path.history.some(anyKill) ? 1 : 0
  return hows.filter((how) => failing.has(how)).length + lastTry
}
