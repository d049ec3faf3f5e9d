import { appendFile, mkdir, symlink, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createDebugCommands } from '../../src/host/debug-commands.ts'
import { pilotFiles } from '../../src/job/pilot-files.ts'
import { createRedactor } from '../../src/job/redact.ts'
import { temporaryDirectory } from './job-directory.ts'

const { activeLog } = createDebugCommands({ redact: createRedactor(['Zq7-secret-Zq7']).redact })

/** Files with the given contents, each newer than the one before. */
async function jobDirectory(files: Readonly<Record<string, string>>): Promise<string> {
  const directory = await temporaryDirectory()
  for (const [at, [name, text]] of Object.entries(files).entries()) {
    const path = join(directory, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
    await utimes(path, 1_700_000_000 + at, 1_700_000_000 + at)
  }
  return directory
}

describe('the active log', () => {
  test('is the newest text file below the job directory, its path first', async () => {
    const directory = await jobDirectory({ 'payload.stdout': 'old\n', 'work/deep/log.RAWtoALL': 'one\ntwo\n' })
    expect(await activeLog(directory, [])).toBe('work/deep/log.RAWtoALL\none\ntwo')
    await appendFile(join(directory, 'payload.stdout'), 'new\n')
    expect(await activeLog(directory, [])).toBe('payload.stdout\nold\nnew')
  })

  test('is shown by its last 10 lines, without secrets', async () => {
    const lines = Array.from({ length: 30 }, (_, n) => `line ${n}`)
    const directory = await jobDirectory({ log: [...lines, 'key Zq7-secret-Zq7'].join('\n') })
    expect(await activeLog(directory, [])).toBe(['log', ...lines.slice(-9), 'key [hidden]'].join('\n'))
  })

  test('of lines without end has at most 2,048 bytes, from the end', async () => {
    const directory = await jobDirectory({ log: `${'€'.repeat(100_000)}last` })
    const text = await activeLog(directory, [])
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(2048)
    expect(text).toMatch(/^log\n€{600,}last$/)
  })

  test('is never a binary or an empty file, a link, or one of the pilot', async () => {
    const directory = await jobDirectory({
      'log.txt': 'the log',
      'AOD.root': 'root\0binary',
      'empty.txt': '',
      'pilotlog.txt': 'the pilot',
      'memory_monitor_output.txt': 'prmon',
      'pilot/notes.txt': 'the pilot too',
      'EVNT.txt': 'an input that is text',
    })
    await symlink('/etc/passwd', join(directory, 'passwd.txt'))
    await symlink('/etc', join(directory, 'etc'))
    expect(await activeLog(directory, [...pilotFiles, 'EVNT.txt'])).toBe('log.txt\nthe log')
  })

  test('is payload.stdout as long as there is no other', async () => {
    const directory = await jobDirectory({ 'payload.stdout': '' })
    expect(await activeLog(directory, pilotFiles)).toBe('payload.stdout')
  })

  test('that cannot be read is told as a text', async () => {
    expect(await activeLog(await temporaryDirectory(), [])).toMatch(/^debug\nENOENT/)
    expect(await activeLog('/nowhere/at/all', [])).toMatch(/^debug\nENOENT/)
  })
})
