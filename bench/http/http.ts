import type { Bench, BenchOptions, Comparison, Goal, MissingPeer } from '../bench.ts'
import { against, atLeast, atMost, compare, ours } from '../compare.ts'
import { timeEach } from '../latencies.ts'
import { versionOf } from '../machine.ts'
import { pythonPeer } from '../peers.ts'
import { oneLife, sendUpdate } from './calls.ts'
import { openWorld, type World } from './world.ts'

/** A way to call in bench/peers/http_calls.py, the tool it needs, and its calls in a round: a third of a second's work. */
const peers = [
  { name: 'request2', needs: 'python3', calls: 60 },
  { name: 'requests session', needs: 'requests', calls: 300 },
  { name: 'curl in a shell', needs: 'curl', calls: 20 },
] as const
const ownCalls = 1000
/** Calls after which V8 has compiled what it will; Python compiles nothing. */
const warmUp = 5000

/** Parts of a peer's time that a call of ours may take. */
const limits = {
  http: { request2: 1 / 7, 'curl in a shell': 1 / 40 },
  'mutual TLS': { request2: 1 / 15, 'curl in a shell': 1 / 40 },
} as const

/** An update of some 600 bytes, from the call of our port to the answer it has read. */
export const http: Bench = {
  question: 'what does an updateJob cost, and how many connections does a life need?',
  async run(options) {
    const tools = {
      python3: await versionOf('python3', '--version'),
      requests: await versionOf('python3', '-c', 'import requests; print(requests.__version__)'),
      curl: await versionOf('curl', '--version'),
    }
    await using plain = await openWorld(false)
    await using secure = await openWorld(true)
    const has = (tool: keyof typeof tools) => tools.python3 !== undefined && tools[tool] !== undefined
    const overHttp = await warmCalls('http', plain, has, options)
    const overTls = await warmCalls('mutual TLS', secure, has, options)
    const life = await compare(
      'mutual TLS: 50 calls of one client, then one after the server dropped the connection and the memory was tidied',
      { connections: '', resumed: 'of 1', first: 'ms', afterDrop: 'ms', warm: 'ms' },
      [{ name: 'panda-pilot', run: () => oneLife(secure) }],
      options,
    )
    return {
      comparisons: [overHttp, overTls, life],
      goals: [
        ...goalsOf('http', overHttp),
        ...goalsOf('mutual TLS', overTls),
        atMost('connections for 50 calls', ours(life, 'connections'), 1),
        atLeast('TLS sessions resumed after a drop', ours(life, 'resumed'), 1),
      ],
      missing: peers.flatMap(({ name, needs }): MissingPeer[] =>
        has(needs) ? [] : [{ peer: name, why: `there is no ${needs}` }],
      ),
      versions: Object.fromEntries(
        Object.entries(tools).flatMap(([name, text]) => (text === undefined ? [] : [[name, text]])),
      ),
      remarks: [
        'request2 is a call in the manner of the Python pilot: JSON, gzip, a new SSL context and a new connection each; curl in a shell is its fallback',
        `calls a round: ours ${ownCalls}, ${peers.map(({ name, calls }) => `${name} ${calls}`).join(', ')}: a p99 of less than 100 calls is their maximum`,
        `before the rounds we make ${warmUp} calls: cold code takes about twice as long; no pilot makes so many`,
        'the start of Python is in no figure; its CPU includes that of the processes it starts',
      ],
    }
  },
}

async function warmCalls(
  what: keyof typeof limits,
  world: World,
  has: (tool: (typeof peers)[number]['needs']) => boolean,
  options: BenchOptions,
): Promise<Comparison> {
  const server = world.connect()
  try {
    options.say(`${what}: warming up`)
    await timeEach(warmUp, () => sendUpdate(server))
    return await compare(
      `${what}: updateJob on a warm connection`,
      { p50: 'ms', p99: 'ms', cpu: 'ms CPU a call' },
      [
        { name: 'panda-pilot', run: () => timeEach(ownCalls, () => sendUpdate(server)) },
        ...peers
          .filter(({ needs }) => has(needs))
          .map(({ name, calls }) =>
            pythonPeer(
              name,
              'http_calls.py',
              name,
              `${world.url}/server/panda/updateJob`,
              String(calls),
              ...world.credentials,
            ),
          ),
      ],
      options,
    )
  } finally {
    await server.close()
  }
}

function goalsOf(what: keyof typeof limits, comparison: Comparison): Goal[] {
  return Object.entries(limits[what]).flatMap(([peer, limit]) =>
    (['p50', 'cpu'] as const).flatMap((figure) => {
      const ratio = against(comparison, peer, figure)
      return ratio === undefined ? [] : [atMost(`${what}: ${figure} of ${peer}`, ratio, limit)]
    }),
  )
}
