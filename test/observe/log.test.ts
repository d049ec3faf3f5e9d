import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createLog, type LogOptions } from '../../src/observe/log.ts'

const at = Date.UTC(2026, 10, 23, 0, 42, 16, 123)
const time = '2026-11-23 00:42:16,123'

let directory: string
let file: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'log-'))
  file = join(directory, 'pilotlog.txt')
})

afterEach(() => rm(directory, { recursive: true }))

function open(options: Partial<LogOptions> = {}) {
  return createLog({ file, show: 'nowhere', debug: false, now: () => at, ...options })
}

const linesOf = async (path: string) => (await readFile(path, 'utf8')).trimEnd().split('\n')

describe('pilotlog.txt', () => {
  test('has the Python pilot’s format', async () => {
    const log = open()
    log.info('one')
    log.warning('two')
    log.error('three')
    await log.close()
    expect(await linesOf(file)).toEqual([
      `${time} | INFO     | one`,
      `${time} | WARNING  | two`,
      `${time} | ERROR    | three`,
    ])
  })

  test('holds debug messages, and who spoke, only in debug mode', async () => {
    const quiet = open()
    quiet.debug('unheard')
    quiet.child('storage').info('plain')
    await quiet.close()
    expect(await linesOf(file)).toEqual([`${time} | INFO     | plain`])
    const loud = open({ debug: true })
    loud.debug('heard')
    loud.child('storage').info('said')
    await loud.close()
    expect(await linesOf(file)).toEqual([
      `${time} | DEBUG    | ${'pilot'.padEnd(32)} | heard`,
      `${time} | INFO     | ${'storage'.padEnd(32)} | said`,
    ])
  })

  test('takes a message as it is, whatever signs of formatting it holds', async () => {
    const log = open()
    log.info('100 %s of %d {"a":"\\n"}')
    await log.close()
    expect(await linesOf(file)).toEqual([`${time} | INFO     | 100 %s of %d {"a":"\\n"}`])
  })

  test('is not written with --no-pilot-log, and the other place is', async () => {
    const shown = join(directory, 'shown')
    await writeFile(shown, 'old\n')
    const log = open({ file: undefined, show: { file: shown } })
    log.info('here')
    await log.close()
    expect(await linesOf(shown)).toEqual([`${time} | INFO     | here`])
    await expect(readFile(file)).rejects.toThrow('ENOENT')
  })

  test('that cannot be opened does not stop the pilot from talking', async () => {
    const shown = join(directory, 'shown')
    const log = open({ file: join(directory, 'missing/pilotlog.txt'), show: { file: shown } })
    log.info('still here')
    await log.close()
    expect(await linesOf(shown)).toHaveLength(1)
  })
})

describe('secrets', () => {
  test('given at the start or later, by any child, never appear', async () => {
    const log = open({ secrets: ['first-secret'] })
    log.child('server').hide('second-secret')
    log.info('first-secret and second-secret')
    await log.close()
    const text = await readFile(file, 'utf8')
    expect(text).not.toContain('first-secret')
    expect(text).not.toContain('second-secret')
    expect(text).toContain('[hidden]')
  })

  test('are not in the tail either, when they became known after their line', () => {
    const log = open()
    log.info('a token: late-secret')
    log.hide('late-secret')
    expect(log.tail(5)).not.toContain('late-secret')
  })

  test('of several lines are found before the message is split', async () => {
    const log = open({ secrets: ['line one\nline two'] })
    log.info('key: line one\nline two.')
    await log.close()
    const text = await readFile(file, 'utf8')
    expect(text).not.toContain('line one')
    expect(text).not.toContain('line two')
  })
})

describe('tail', () => {
  test('gives the last lines, newest last', () => {
    const log = open()
    for (const text of ['a', 'b\nc', 'd']) log.info(text)
    expect(log.tail(3).split('\n')).toEqual(['b', 'c', 'd'].map((text) => `${time} | INFO     | ${text}`))
    expect(log.tail(0)).toBe('')
  })

  test('remembers a bounded number', () => {
    const log = open()
    for (let n = 0; n < 1000; n += 1) log.info(`${n}`)
    const lines = log.tail(5000).split('\n')
    expect(lines).toHaveLength(200)
    expect(lines.at(-1)).toMatch(/ 999$/)
  })
})
