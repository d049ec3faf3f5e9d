import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Holder, isGone, thisProcess } from '../../src/database/lock-holder.ts'
import { type Locked, lockDirectory } from '../../src/database/pilot-lock.ts'

let directory: string
let me: Holder
let locks: Locked[]

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pilotdb-lock-'))
  me = await thisProcess()
  locks = []
})

afterEach(async () => {
  for (const lock of locks) if (lock.kind === 'locked') await lock.release()
  await rm(directory, { recursive: true })
})

async function take(): Promise<Locked> {
  const lock = await lockDirectory(directory)
  locks.push(lock)
  return lock
}

const file = () => join(directory, 'pilot-lock.json')

test('the file tells who holds it, and goes with its release', async () => {
  const lock = await take()
  expect(JSON.parse(await readFile(file(), 'utf8'))).toEqual(me)
  expect(await readdir(directory)).toEqual(['pilot-lock.json'])
  if (lock.kind === 'locked') await lock.release()
  expect(await readdir(directory)).toEqual([])
})

test('of many at once one gets it', async () => {
  const all = await Promise.all(Array.from({ length: 8 }, take))
  expect(all.filter(({ kind }) => kind === 'locked')).toHaveLength(1)
})

test('the socket holds it when somebody removed the file', async () => {
  await take()
  await rm(file())
  expect(await take()).toEqual({ kind: 'held', holder: 'another process', file: file() })
})

test('the file of a pilot in a network namespace that is not seen holds it', async () => {
  await writeFile(file(), JSON.stringify({ ...me, netNamespace: 'net:[1]' }))
  expect(await take()).toEqual({ kind: 'held', holder: `the pilot with pid ${process.pid}`, file: file() })
})

test.each(['', '{', '{"pid":1}', 'null'])('a file that no pilot wrote (%j) holds nothing', async (text) => {
  await writeFile(file(), text)
  expect((await take()).kind).toBe('locked')
})

describe('a holder', () => {
  const elsewhere = { netNamespace: 'net:[1]', pidNamespace: 'pid:[1]' }

  test.each([
    ['that is this process is alive', {}, false, false],
    ['whose socket is free is gone', {}, true, true],
    ['whose socket cannot be seen is alive', { netNamespace: 'net:[1]' }, true, false],
    ['whose pid another process has is gone', { netNamespace: 'net:[1]', startTicks: 1 }, true, true],
    ['whose pid nobody has is gone', { netNamespace: 'net:[1]', pid: 2 ** 22 + 1 }, true, true],
    ['in other namespaces counts as alive, whatever its pid is here', { ...elsewhere, pid: 2 ** 22 + 1 }, true, false],
    ['in another pid namespace, with a free socket, is gone', { pidNamespace: 'pid:[1]' }, true, true],
    ['of this host before it was started anew is gone', { ...elsewhere, bootId: 'before' }, false, true],
    ['on another host counts as alive', { bootId: 'other', host: `not-${hostname()}` }, true, false],
    [
      'in a container of this kernel, under another name, is judged like one here',
      { host: 'pod', startTicks: 1 },
      false,
      true,
    ],
  ])('%s', async (_, change: Partial<Holder>, socketFree: boolean, gone: boolean) => {
    expect(await isGone({ ...me, ...change }, me, socketFree)).toBe(gone)
  })
})
