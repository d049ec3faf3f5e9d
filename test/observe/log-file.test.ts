import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openLogFile } from '../../src/observe/log-file.ts'

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'log-'))
})

afterEach(() => rm(directory, { recursive: true }))

const contentOf = (name: string) => readFile(join(directory, name), 'utf8')

test('a line is in the file when the call returns', async () => {
  const file = openLogFile(join(directory, 'log'))
  file.write(['one', 'two'])
  expect(await contentOf('log')).toBe('one\ntwo\n')
  await file.close()
})

test('a fresh log starts empty, a kept one goes on', async () => {
  await writeFile(join(directory, 'log'), 'old\n')
  const kept = openLogFile(join(directory, 'log'), { keep: true })
  kept.write(['more'])
  await kept.close()
  expect(await contentOf('log')).toBe('old\nmore\n')
  const fresh = openLogFile(join(directory, 'log'))
  fresh.write(['new'])
  await fresh.close()
  expect(await contentOf('log')).toBe('new\n')
})

test('a log that grew too large is put aside once', async () => {
  const file = openLogFile(join(directory, 'log'), { largest: 10 })
  for (const line of ['first line', 'second line', 'third line']) file.write([line])
  await file.close()
  expect(await contentOf('log.1')).toBe('second line\n')
  expect(await contentOf('log')).toBe('third line\n')
})

test('lines that could not be written are counted in the log when it works again', async () => {
  const file = openLogFile(join(directory, 'later/log'))
  file.write(['lost'])
  file.write(['lost', 'too'])
  await mkdir(join(directory, 'later'))
  file.write(['found'])
  file.write(['again'])
  await file.close()
  expect(await contentOf('later/log')).toBe('(3 lines of this log could not be written)\nfound\nagain\n')
})

test('a full disk is endured', async () => {
  const file = openLogFile('/dev/full', { keep: true })
  file.write(['no room'])
  await file.close()
  expect((await stat('/dev/full')).isCharacterDevice()).toBe(true)
})

test('a device is never put aside, however much was written to it', async () => {
  const file = openLogFile('/dev/null', { largest: 10 })
  for (let n = 0; n < 5; n += 1) file.write(['more than ten bytes'])
  await file.close()
  expect((await stat('/dev/null')).isCharacterDevice()).toBe(true)
})
