import { execFile } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { createProcesses } from '../../src/host/processes.ts'
import type { ProcessIdentity } from '../../src/job/process.ts'
import { gate, openGate, payload, start, temporaryDirectory } from './job-directory.ts'

const processes = createProcesses({ lookEvery: 10 })
const never = new AbortController().signal

/** Launches from a Node process that is gone when this returns: nobody waits for the payload any more. */
async function launchAndLeave(commandLine: string) {
  const command = payload(await temporaryDirectory(), commandLine)
  const module = join(import.meta.dirname, '../../src/host/processes.ts')
  const script = `
    import { createProcesses } from ${JSON.stringify(module)}
    const launched = await createProcesses().launch(${JSON.stringify(command)})
    process.stdout.write(JSON.stringify(launched), () => process.exit())`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script])
  const launched: { kind: string; identity: ProcessIdentity } = JSON.parse(stdout)
  expect(launched.kind).toBe('launched')
  onTestFinished(async () => {
    await processes.signalTree(launched.identity, 'SIGKILL')
  })
  return { identity: launched.identity, command }
}

test('the exit code survives the pilot that started the payload', async () => {
  const { identity, command } = await launchAndLeave(`${gate}; exit 42`)
  const end = processes.ended(identity, command.statusFile, never)
  expect(await processes.survivors(identity)).toBeGreaterThanOrEqual(1)
  await openGate(command.directory)
  expect(await end).toMatchObject({ kind: 'exited', exitCode: 42 })
})

test('a payload that ended while no pilot was there is told with its code', async () => {
  const { identity, command } = await launchAndLeave('exit 255')
  expect(await processes.ended(identity, command.statusFile, never)).toMatchObject({ kind: 'exited', exitCode: 255 })
})

test('an adopted payload is killed, and its launcher still tells how it ended', async () => {
  const { identity, command } = await launchAndLeave('trap "" TERM; while :; do sleep 600; done')
  expect(await processes.signalTree(identity, 'SIGKILL')).toBeGreaterThanOrEqual(1)
  expect(await processes.ended(identity, command.statusFile, never)).toMatchObject({ kind: 'exited', exitCode: 137 })
  expect(await processes.survivors(identity)).toBe(0)
})

test('a payload that was taken back does not outlive the pilot either', async () => {
  const { identity, command } = await launchAndLeave('trap "" TERM; while :; do sleep 600; done')
  const own = createProcesses({ lookEvery: 10 })
  const end = own.ended(identity, command.statusFile, never)
  await own.endAll()
  expect(await end).toMatchObject({ kind: 'exited', exitCode: 137 })
  expect(await processes.survivors(identity)).toBe(0)
})

test('a payload that vanished without a status is lost, with the reason', async () => {
  const { identity, command } = await launchAndLeave('exec sleep 600')
  process.kill(identity.pid, 'SIGKILL')
  expect(await processes.ended(identity, command.statusFile, never)).toEqual({
    kind: 'lost',
    text: expect.stringContaining(command.statusFile),
  })
})

test('a process of the same number that started at another time, or before a reboot, is not the payload', async () => {
  const { identity, command } = await start(processes, payload(await temporaryDirectory(), 'exec sleep 600'))
  const elsewhere = createProcesses({ lookEvery: 10 })
  await rm(command.statusFile)
  for (const other of [
    { ...identity, startTicks: identity.startTicks - 1 },
    { ...identity, bootId: '00000000-0000-4000-8000-000000000000' },
  ]) {
    expect(await elsewhere.ended(other, command.statusFile, never)).toMatchObject({ kind: 'lost' })
  }
})

test('a launch that died before its status file was whole never started anything; any later one may have', async () => {
  const { command } = await launchAndLeave('exit 0')
  expect(await processes.neverStarted(command.statusFile)).toBe(false)
  const stillborn = payload(await temporaryDirectory(), 'exit 0')
  expect(await processes.neverStarted(stillborn.statusFile)).toBe(true)
  await writeFile(stillborn.statusFile, '')
  expect(await processes.neverStarted(stillborn.statusFile)).toBe(true)
  await writeFile(stillborn.stdout, '')
  expect(await processes.neverStarted(join(stillborn.stdout, 'unreachable'))).toBe(false)
})
