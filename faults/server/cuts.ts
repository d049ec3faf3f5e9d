import { createJobServer } from '../../src/server/panda-server.ts'
import type { PandaServer } from '../../src/server/port.ts'
import type { DialectName } from '../../src/standin/dialect.ts'
import { openFront } from '../../src/standin/front/front.ts'
import { runAdder } from '../../src/standin/model/adder.ts'
import { historyOf } from '../../src/standin/model/history.ts'
import { addJob, createPanda, type Panda, setState } from '../../src/standin/model/panda.ts'
import { failed, finished, identity, request, running, starting } from '../../test/server/examples.ts'
import { bytesOf, type Framing } from './answer.ts'
import type { JobCall } from './calls.ts'
import { openProxy } from './proxy.ts'

/** One call whose answer was cut at every byte there is. */
export interface CutRow {
  readonly call: JobCall
  readonly dialect: DialectName
  readonly framing: Framing
  readonly positions: number
  readonly wrong: readonly string[]
}

/** What a call came to, and what it was repeated to. */
interface Said {
  readonly first: string
  readonly then: string
}

const { attemptNr } = starting(1, 0)

/** The client's calls, each about a job of its own that was already handed over. */
const calls = {
  'worker started': (server) => server.workerStatus('started'),
  acquire: (server) => server.acquire({ ...request, label: 'user' }),
  'update starting': (server, id) => server.update(starting(id, 0)),
  'update running': (server, id) => server.update({ ...running(id), attemptNr }),
  'update final': (server, id) => server.update({ ...(id % 2 === 0 ? finished(id) : failed(id)), attemptNr }),
} satisfies Partial<Record<JobCall, (server: PandaServer, id: number) => Promise<{ kind: string }>>>

export type ClientCall = keyof typeof calls
export const clientCalls = Object.keys(calls) as ClientCall[]

/** Cuts the answer to a call behind each of its bytes but the last, and lets the client repeat the call. */
export async function cutEverywhere(call: ClientCall, dialect: DialectName, framing: Framing): Promise<CutRow> {
  const make: (server: PandaServer, id: number) => Promise<{ kind: string }> = calls[call]
  const panda = createPanda()
  const front = await openFront({ panda, trustPlainHttp: true, dialects: [dialect] })
  let at: number | undefined
  let length = 1
  await using proxy = await openProxy({
    upstream: front.port,
    dialect,
    framing,
    faultFor(asked) {
      if (asked !== call || at === undefined) return undefined
      const position = at
      at = undefined
      return {
        kind: 'answer',
        name: `cut at ${position}`,
        performed: true,
        spoil(socket, answer) {
          const bytes = bytesOf(answer, framing)
          length = bytes.length
          socket.end(bytes.subarray(0, position))
        },
      }
    },
  })
  const server = createJobServer({
    url: 'http://127.0.0.1',
    port: proxy.port,
    dialect,
    identity,
    credentials: { environment: {}, userId: undefined },
    userAgent: 'pilot/cuts',
    log: { debug() {}, info() {}, warning() {}, hide() {} },
  })
  const wrong: string[] = []
  let positions = 0
  try {
    for (let position = 0; position < length; position += 1) {
      const id = addJob(panda, Date.now(), definition).PandaID
      if (call !== 'acquire') take(panda, id)
      at = position
      const first = (await make(server, id)).kind
      // What an acquisition is repeated to is another job, if there is one.
      const then = call === 'acquire' ? 'none' : (await make(server, id)).kind
      const problem = problemOf(panda, call, id, position, { first, then })
      if (problem !== undefined) wrong.push(`cut at byte ${position}: ${problem}`)
      positions += 1
    }
  } finally {
    await server.close()
    await front.close()
  }
  return { call, dialect, framing, positions, wrong }
}

const definition = { prodSourceLabel: 'user', attemptNr: 0, outFiles: '', logFile: '', realDatasets: '' }

function take(panda: Panda, id: number): void {
  const job = panda.jobs.get(id)
  if (job !== undefined) setState(panda, Date.now(), job, 'sent')
}

/** An update cut before its first byte is repeated by the client itself; an acquisition never is. */
function problemOf(panda: Panda, call: JobCall, id: number, position: number, said: Said): string | undefined {
  const mayBeRepeated = position === 0 && call !== 'acquire'
  if (said.first !== 'unknown' && !mayBeRepeated) return `the answer was taken for ${said.first}`
  if (call === 'acquire') return undefined
  if (said.then !== 'accepted') return `the repeat was ${said.then}`
  if (call !== 'update final') return undefined
  runAdder(panda, Date.now())
  const concluded = historyOf(panda, id).filter(({ call }) => call === 'adder').length
  const outcome = panda.jobs.get(id)?.outcome
  const own = id % 2 === 0 ? 'finished' : 'failed'
  return concluded === 1 && outcome === own ? undefined : `the job was concluded ${concluded} times, it is ${outcome}`
}
