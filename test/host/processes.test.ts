import { readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createProcesses } from '../../src/host/processes.ts'
import { lines, lives, payload, start, temporaryDirectory } from './job-directory.ts'

const processes = createProcesses()
const never = new AbortController().signal

async function run(commandLine: string, environment?: Record<string, string>) {
  const started = await start(processes, payload(await temporaryDirectory(), commandLine, environment))
  return { ...started, end: await started.ended() }
}

describe('launch and end', () => {
  test.each([0, 1, 65, 137, 255])('exit code %i arrives as it is', async (code) => {
    const { end } = await run(`exit ${code}`)
    expect(end).toMatchObject({ kind: 'exited', exitCode: code, cpuSeconds: expect.any(Number) })
  })

  test('a payload that dies of a signal has the code bash gives: 128 + n', async () => {
    expect((await run('kill -SEGV $$')).end).toMatchObject({ kind: 'exited', exitCode: 139 })
  })

  test('a launcher that is killed itself is told as signalled', async () => {
    const { end } = await run('kill -KILL $PPID')
    expect(end).toEqual({ kind: 'signalled', signal: 'SIGKILL', cpuSeconds: undefined })
  })

  test('the environment is the one given and the cookie, nothing of ours', async () => {
    const { identity, stdout } = await run('/usr/bin/env', { GREETING: 'two words\nand a line' })
    const environment = await stdout()
    expect(environment).toContain('GREETING=two words\nand a line\n')
    expect(environment).toContain(`PANDA_PILOT_PAYLOAD=${identity.cookie}\n`)
    expect(environment).not.toContain('HOME=')
  })

  test('a launch is found by its cookie while it lives, nobody else is', async () => {
    const started = await start(processes, payload(await temporaryDirectory(), 'sleep 60'))
    expect(await processes.find(started.identity.cookie)).toEqual(started.identity)
    expect(await processes.find('of-another-payload')).toBeUndefined()
    await processes.signalTree(started.identity, 'SIGKILL')
    await started.ended()
    expect(await processes.find(started.identity.cookie)).toBeUndefined()
  })

  test('the payload runs in its directory, in the session of its launcher, with nothing to read and umask 022', async () => {
    const { identity, command, stdout } = await run(
      'pwd; cat; umask; cut -d" " -f6 /proc/self/stat; readlink /proc/self/fd/*',
    )
    const [directory, umask, session, ...files] = (await stdout()).trimEnd().split('\n')
    expect(directory).toBe(command.directory)
    expect(umask).toBe('0022')
    expect(session).toBe(String(identity.pid))
    expect(files).toContain(command.stdout)
    expect(files).not.toContain(command.statusFile)
  })

  test('the CPU time is that of the payload and the processes it waited for', async () => {
    const { end } = await run('burn() { for ((i = 0; i < 150000; i++)); do :; done; }; (burn); burn; times >&2')
    expect(end).toMatchObject({ kind: 'exited', exitCode: 0 })
    expect(end.kind === 'exited' && end.cpuSeconds).toBeGreaterThan(0.05)
  })

  test('100 MB of output go to the file, not through us', async () => {
    const before = process.memoryUsage().rss
    const { command, end } = await run('head -c 100000000 /dev/zero; head -c 1000 /dev/zero >&2')
    expect(end).toMatchObject({ exitCode: 0 })
    expect((await stat(command.stdout)).size).toBe(100_000_000)
    expect((await stat(command.stderr)).size).toBe(1000)
    expect(process.memoryUsage().rss - before).toBeLessThan(50_000_000)
  })

  test('the command line is shell text and reaches bash unchanged', async () => {
    const { stdout } = await run(`printf '%s|' "a  b" 'c"d' $'e\\nf' "\${BASH_VERSION:+bash}"`)
    expect(await stdout()).toBe('a  b|c"d|e\nf|bash|')
  })
})

describe('what cannot be started', () => {
  test('a missing directory is a value that names it', async () => {
    const directory = join(await temporaryDirectory(), 'gone')
    expect(await processes.launch(payload(directory, 'exit 0'))).toEqual({
      kind: 'failed',
      text: expect.stringContaining(directory),
    })
  })

  test('a command line longer than the kernel takes is a value that says so', async () => {
    const launched = await processes.launch(payload(await temporaryDirectory(), `: ${'x'.repeat(3_000_000)}`))
    expect(launched).toEqual({ kind: 'failed', text: expect.stringContaining('3000002 bytes') })
  })

  test('a NUL in the command line is a value', async () => {
    expect(await processes.launch(payload(await temporaryDirectory(), 'a\0b'))).toMatchObject({ kind: 'failed' })
  })

  test('a link in place of the output file is not followed', async () => {
    const command = payload(await temporaryDirectory(), 'echo overwritten')
    const precious = join(await temporaryDirectory(), 'precious')
    await writeFile(precious, 'kept')
    await symlink(precious, command.stdout)
    expect(await processes.launch(command)).toMatchObject({ kind: 'failed' })
    expect(await readFile(precious, 'utf8')).toBe('kept')
  })
})

describe('waiting', () => {
  test('the status of an earlier launch is not taken for this one', async () => {
    const command = payload(await temporaryDirectory(), 'exit 3')
    await writeFile(command.statusFile, 'exit 0\n0m0s 0m0s\n0m0s 0m0s\nend\n')
    const started = await start(processes, command)
    expect(await started.ended()).toMatchObject({ exitCode: 3 })
  })

  test('who stops waiting is answered at once, and may ask again', async () => {
    const started = await start(processes, payload(await temporaryDirectory(), 'exec sleep 600'))
    const stop = new AbortController()
    const waiting = processes.ended(started.identity, started.command.statusFile, stop.signal)
    stop.abort()
    expect(await waiting).toMatchObject({ kind: 'lost' })
    const again = started.ended()
    await processes.signalTree(started.identity, 'SIGTERM')
    expect(await again).toMatchObject({ kind: 'exited', exitCode: 143 })
  })

  test('the end is told again to who asks later', async () => {
    const { identity, command } = await run('exit 7')
    expect(await processes.ended(identity, command.statusFile, never)).toMatchObject({ kind: 'exited', exitCode: 7 })
  })
})

test('at the end nothing is left of any payload, also of one that refuses and of a daemon whose payload is over', async () => {
  const own = createProcesses()
  const refusing = await start(own, payload(await temporaryDirectory(), 'trap "" TERM; echo up; sleep 600'))
  const over = await start(own, payload(await temporaryDirectory(), 'setsid sleep 600 & echo $!'))
  await Promise.all([lines(refusing, 1), over.ended()])
  const [daemon] = await lines(over, 1)
  await own.endAll()
  expect(lives(refusing.identity.pid)).toBe(false)
  expect(lives(Number(daemon))).toBe(false)
})
