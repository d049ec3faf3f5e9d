import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, onTestFinished, test } from 'vitest'
import { readStat } from '../../src/host/process-tree.ts'
import { createProcesses } from '../../src/host/processes.ts'
import { gate, lines, lives, openGate, payload, start, temporaryDirectory } from './job-directory.ts'

const processes = createProcesses()

async function running(commandLine: string) {
  return start(processes, payload(await temporaryDirectory(), commandLine))
}

/** A process of the same user that is no business of the payload. */
async function stranger(environment: Record<string, string> = {}): Promise<number> {
  const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore', env: { ...process.env, ...environment } })
  await once(child, 'spawn')
  const pid = child.pid ?? expect.fail('no stranger')
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  return pid
}

describe('TERM', () => {
  test('reaches every process once; the launcher stays to write the status', async () => {
    const started = await running('sleep 600 & sleep 600 & echo ready; wait')
    await lines(started, 1)
    expect(await processes.signalTree(started.identity, 'SIGTERM')).toBe(4)
    expect(await started.ended()).toMatchObject({ kind: 'exited', exitCode: 143 })
  })

  test('a payload may ignore it; KILL ends it and its code is 137', async () => {
    const started = await running('trap "" TERM; echo ready; while :; do sleep 600; done')
    await lines(started, 1)
    await processes.signalTree(started.identity, 'SIGTERM')
    expect(await processes.survivors(started.identity)).toBeGreaterThanOrEqual(2)
    await processes.signalTree(started.identity, 'SIGKILL')
    expect(await started.ended()).toMatchObject({ kind: 'exited', exitCode: 137 })
    expect(await processes.survivors(started.identity)).toBe(0)
  })

  test('a payload that stopped itself is woken to act on it', async () => {
    const started = await running('echo $$; kill -STOP $$; exit 5')
    const [shell] = await lines(started, 1)
    await expect.poll(() => readStat(Number(shell))?.state, { interval: 5 }).toBe('T')
    await processes.signalTree(started.identity, 'SIGTERM')
    expect(await started.ended()).toMatchObject({ exitCode: 143 })
  })
})

describe('KILL', () => {
  test('200 children are all gone', async () => {
    const started = await running('for ((i = 0; i < 200; i++)); do sleep 600 & done; echo ready; wait')
    await lines(started, 1)
    expect(await processes.survivors(started.identity)).toBe(202)
    expect(await processes.signalTree(started.identity, 'SIGKILL')).toBe(201)
    expect(await processes.survivors(started.identity)).toBe(0)
  })

  test('a daemon that left session and parent is found by its cookie', async () => {
    const started = await running('(setsid bash -c "echo \\$\\$; exec sleep 600" &) ; exit 0')
    const [daemon] = await lines(started, 1)
    expect(await started.ended()).toMatchObject({ exitCode: 0 })
    expect(await processes.survivors(started.identity)).toBe(1)
    expect(await processes.signalTree(started.identity, 'SIGKILL')).toBe(1)
    expect(lives(Number(daemon))).toBe(false)
  })

  test('a child with a wiped environment is found while its parent or session tells', async () => {
    const started = await running('env -i sleep 600 & echo $!; wait')
    const [child] = await lines(started, 1)
    await processes.signalTree(started.identity, 'SIGKILL')
    expect(lives(Number(child))).toBe(false)
  })

  test('who was once seen as ours stays ours, even without session, parent and cookie', async () => {
    const started = await running(`env -i setsid sleep 600 & echo $!; ${gate}`)
    const [daemon] = await lines(started, 1)
    await expect.poll(() => readStat(Number(daemon))?.session, { interval: 5 }).toBe(Number(daemon))
    await processes.survivors(started.identity)
    await openGate(started.command.directory)
    await started.ended()
    expect(await processes.survivors(started.identity)).toBe(1)
    expect(await processes.signalTree(started.identity, 'SIGKILL')).toBe(1)
    expect(lives(Number(daemon))).toBe(false)
  })

  test('a payload that forks all the time cannot run away', async () => {
    const started = await running(
      'hop() { sleep 0.02; hop & }; for i in 1 2 3 4; do hop & done; echo ready; wait; sleep 600',
    )
    await lines(started, 1)
    await processes.signalTree(started.identity, 'SIGKILL')
    expect(await processes.survivors(started.identity)).toBe(0)
  })
})

describe('strangers', () => {
  test('a process of the same user is never signalled, with another cookie neither', async () => {
    const started = await running('sleep 600 & echo ready; wait')
    await lines(started, 1)
    const neighbours = [
      await stranger(),
      await stranger({ PANDA_PILOT_PAYLOAD: '11111111-2222-4333-8444-555555555555' }),
    ]
    await processes.signalTree(started.identity, 'SIGTERM')
    await processes.signalTree(started.identity, 'SIGKILL')
    expect(neighbours.map(lives)).toEqual([true, true])
  })

  test('a reused pid is not signalled: the start time differs', async () => {
    const started = await running('exec sleep 600')
    const others = createProcesses()
    for (const startTicks of [started.identity.startTicks - 1, started.identity.startTicks + 1]) {
      const identity = { ...started.identity, startTicks, cookie: 'of-another-payload' }
      expect(await others.survivors(identity)).toBe(0)
      expect(await others.signalTree(identity, 'SIGKILL')).toBe(0)
    }
    expect(await processes.survivors(started.identity)).toBeGreaterThanOrEqual(1)
  })

  test('nothing is ours after a reboot', async () => {
    const started = await running('exec sleep 600')
    const identity = { ...started.identity, bootId: '00000000-0000-4000-8000-000000000000' }
    expect(await processes.signalTree(identity, 'SIGKILL')).toBe(0)
  })

  test('the pilot itself is spared, whatever the identity says', async () => {
    const started = await running('exit 0')
    await started.ended()
    const own = readStat(process.pid)
    const identity = { ...started.identity, pid: process.pid, startTicks: own?.startTicks ?? 0, cookie: 'none' }
    const children = await createProcesses().survivors(identity)
    expect(children).toBe(0)
  })
})
