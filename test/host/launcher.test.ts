import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import { constants } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseExitStatus } from '../../src/host/exit-status.ts'
import { temporaryDirectory } from './job-directory.ts'

const script = join(import.meta.dirname, '../../src/host/launcher.sh')

/** Runs the launcher alone, as a site's /bin/sh would, with an empty environment. */
async function launch(shell: readonly string[], commandLine: string, meanwhile?: (launcher: ChildProcess) => unknown) {
  const directory = await temporaryDirectory()
  await using status = await open(join(directory, 'status'), 'w')
  const [program = '', ...options] = shell
  const child = spawn(program, [...options, script, commandLine], {
    env: {},
    stdio: ['ignore', 'pipe', 'ignore', status.fd],
  })
  const [[exitCode]] = await Promise.all([once(child, 'exit'), meanwhile?.(child)])
  return { exitCode, status: parseExitStatus(await readFile(join(directory, 'status'), 'latin1')) }
}

/** Signals the launcher, then its payload, which tells its number and becomes a `sleep`. */
async function signalBoth(launcher: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const [text] = await once(launcher.stdout ?? expect.fail('no output'), 'data')
  const payload = Number(String(text))
  launcher.kill(signal)
  await expect.poll(() => readFileSync(`/proc/${payload}/comm`, 'utf8'), { interval: 5 }).toBe('sleep\n')
  process.kill(payload, signal)
}

// /bin/sh is dash at one site, bash at another.
describe.each([{ shell: ['/bin/sh'] }, { shell: ['/bin/bash', '--posix'] }])(
  'the launcher under $shell',
  ({ shell }) => {
    test.each([0, 1, 137, 255])('writes %i down and exits with it', async (code) => {
      expect(await launch(shell, `exit ${code}`)).toEqual({
        exitCode: code,
        status: { exitCode: code, cpuSeconds: expect.any(Number) },
      })
    })

    test.each(['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGUSR1', 'SIGXCPU', 'SIGHUP'] as const)(
      'outlives %s, and the payload dies of it',
      async (signal) => {
        const { exitCode, status } = await launch(shell, 'echo $$; exec /bin/sleep 600', (launcher) =>
          signalBoth(launcher, signal),
        )
        expect(exitCode).toBe(128 + constants.signals[signal])
        expect(status?.exitCode).toBe(exitCode)
      },
    )
  },
)
