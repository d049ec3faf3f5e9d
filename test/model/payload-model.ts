import type { Launch, PayloadResult, Preparation } from '../../src/job/payload.ts'
import type { ProcessEnd } from '../../src/job/process.ts'
import { payloadMachine, type Search } from '../../src/machines/payload.ts'
import { assignment, finding, processIdentity } from './examples.ts'
import { lastMove } from './history.ts'
import type { Child, Ending } from './run.ts'
import { answers, walk } from './walk.ts'

const exited = { kind: 'exited', exitCode: 3, cpuSeconds: 1 } as const satisfies ProcessEnd

export const walkedPayload = walk({
  machine: payloadMachine,
  starts: {
    job: { assignment, resume: { from: 'start' } },
    'left launching': { assignment, resume: { from: 'launch', cookie: 'cookie' } },
    'left running': { assignment, resume: { from: 'payload', identity: processIdentity, startedAt: 5 } },
    'left ended': { assignment, resume: { from: 'examination', end: exited, identity: processIdentity, startedAt: 5 } },
    'left ended, unseen': {
      assignment,
      resume: { from: 'examination', end: exited, identity: undefined, startedAt: 5 },
    },
  },
  messages: { kill: { type: 'payload.kill', hurry: false }, 'kill fast': { type: 'payload.kill', hurry: true } },
  children: {
    prepare: answers({
      ready: { kind: 'ready', command: { commandLine: './run', environment: {} } } satisfies Preparation,
      refused: { kind: 'refused', finding: finding('TRFDOWNLOADFAILURE'), again: false } satisfies Preparation,
      'out of reach': { kind: 'refused', finding: finding('TRFDOWNLOADFAILURE'), again: true } satisfies Preparation,
    }),
    search: answers({
      alive: { kind: 'alive', identity: processIdentity, at: 1000 } satisfies Search,
      lost: { kind: 'ended', end: { kind: 'lost', text: 'nothing of it is left' } } satisfies Search,
      never: { kind: 'never' } satisfies Search,
    }),
    launch: answers({
      launched: { kind: 'launched', identity: processIdentity, at: 1000 } satisfies Launch,
      refused: { kind: 'refused', finding: finding('PAYLOADEXECUTIONFAILURE'), again: false } satisfies Launch,
    }),
    awaitEnd: answers({
      exited,
      signalled: { kind: 'signalled', signal: 'SIGKILL', cpuSeconds: 1 } satisfies ProcessEnd,
      lost: { kind: 'lost', text: 'no status file' } satisfies ProcessEnd,
    }),
    terminate: answers({ signalled: 2 }),
    kill: answers({ signalled: 1 }),
    sweep: answers({ clean: 0 }),
    examine: { ends: examineEnds },
  },
  tellsApart: ({ preparations, killed, hurry, findings, end }, remaining) => [
    preparations,
    killed,
    hurry,
    findings.length,
    end?.kind,
    remaining,
  ],
  remembers: (path) => [lastMove(path, 'kill fast'), lastMove(path, 'kill', 'kill fast')],
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
