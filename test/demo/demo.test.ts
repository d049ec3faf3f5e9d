import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
/** A whole demo takes five seconds on an idle machine. */
const patience = 120_000

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'demo-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

function startDemo(...options: string[]): ChildProcess {
  return spawn(join(root, 'node_modules/.bin/node'), [join(root, 'src/main.ts'), 'demo', ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TMPDIR: directory },
  })
}

async function output(child: ChildProcess): Promise<{ stdout: string; exitCode: number }> {
  const ended = once(child, 'exit')
  const stdout = child.stdout === null ? '' : await text(child.stdout)
  const [exitCode] = (await ended) as [number]
  return { stdout, exitCode }
}

test('a real pilot does the three jobs: two finish, one fails with trans exit code 65', {
  timeout: patience,
}, async () => {
  const { stdout, exitCode } = await output(startDemo('--json'))
  expect(stdout.split('\n')).toHaveLength(2)
  const document = JSON.parse(stdout) as { jobs: { outputs: object[] }[] }
  expect(document).toMatchObject({
    jobs: [
      { pandaId: 4001, attemptNr: 1, expected: 'finished', serverState: 'finished', pilotErrorCode: 0 },
      { pandaId: 4002, attemptNr: 1, expected: 'finished', serverState: 'finished', pilotErrorCode: 0 },
      { pandaId: 4003, attemptNr: 1, expected: 'failed', serverState: 'failed', transExitCode: 65 },
    ],
    ok: true,
  })
  expect(document.jobs.map(({ outputs }) => outputs.length)).toEqual([3, 3, 1])
  expect(exitCode).toBe(0)
  expect(await readdir(directory)).toEqual([])
})

test('Ctrl-C ends the pilot and its payload too, and leaves nothing behind', { timeout: patience }, async () => {
  const child = startDemo()
  const ended = once(child, 'exit')
  const payloads: string[] = []
  if (child.stdout !== null) {
    for await (const line of createInterface({ input: child.stdout })) {
      const [, pid] = /payload runs as process (\d+)/.exec(line) ?? []
      if (pid === undefined) continue
      payloads.push(pid)
      child.kill('SIGINT')
    }
  }
  expect(await ended).toEqual([130, null])
  expect(payloads).toHaveLength(1)
  expect(existsSync(`/proc/${payloads[0]}`)).toBe(false)
  expect(await readdir(directory)).toEqual([])
})

test('an unknown option is refused before anything is started', async () => {
  const child = startDemo('--fast')
  const { stdout, exitCode } = await output(child)
  expect([stdout, exitCode]).toEqual(['', 2])
})
