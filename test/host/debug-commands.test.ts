import { execFile } from 'node:child_process'
import { link, mkdir, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { createDebugCommands, type DebugCommandsOptions } from '../../src/host/debug-commands.ts'
import { createProcesses } from '../../src/host/processes.ts'
import { parseDebugCommand } from '../../src/job/debug-command.ts'
import type { ProcessIdentity } from '../../src/job/process.ts'
import { createRedactor } from '../../src/job/redact.ts'
import { lines, payload, start, temporaryDirectory } from './job-directory.ts'

const { redact } = createRedactor(['Zq7-secret-Zq7'])

async function asked(
  directory: string,
  text: string,
  identity?: ProcessIdentity,
  options: Partial<DebugCommandsOptions> = {},
): Promise<string> {
  const parsed = parseDebugCommand(text, directory)
  if (parsed.kind === 'refused') return expect.fail(parsed.text)
  return createDebugCommands({ redact, ...options }).run(parsed.command, identity, directory)
}

/** A job directory with a way out in every manner a payload may build one. */
async function jobDirectory(): Promise<string> {
  const base = await temporaryDirectory()
  const directory = join(base, 'job')
  await mkdir(join(directory, 'work/deep'), { recursive: true })
  await mkdir(join(base, 'outside'))
  await writeFile(join(base, 'outside/proxy'), 'outside')
  await writeFile(join(directory, 'log.old'), 'old\n')
  await writeFile(join(directory, 'log.new'), Array.from({ length: 30 }, (_, n) => `line ${n}\n`).join(''))
  await utimes(join(directory, 'log.old'), 1_700_000_000, 1_700_000_000)
  await writeFile(join(directory, '.hidden'), '')
  await writeFile(join(directory, 'work/big'), 'x'.repeat(100_000))
  await writeFile(join(directory, 'work/deep/a Zq7-secret-Zq7'), '')
  await symlink('../outside/proxy', join(directory, 'log.proxy'))
  await symlink('../outside', join(directory, 'out'))
  return directory
}

describe('tail', () => {
  test('shows the end of the newest file that matches, its path first', async () => {
    const directory = await jobDirectory()
    expect(await asked(directory, 'tail -n 2 log.*')).toBe('log.new\nline 28\nline 29')
    expect((await asked(directory, 'tail *')).split('\n')).toHaveLength(11)
  })

  test.each(['log.proxy', 'out/proxy', 'out/*', '*/proxy', 'nothing', 'work', '.'])(
    'shows nothing of %s: no link is followed',
    async (path) => {
      expect(await asked(await jobDirectory(), `tail ${path}`)).toMatch(
        /^tail .*\nno such file; links are not followed$/,
      )
    },
  )
})

describe('ls', () => {
  test('lists names, with -a the hidden ones too', async () => {
    const directory = await jobDirectory()
    expect(await asked(directory, 'ls')).toBe('ls .\nlog.new\nlog.old\nlog.proxy\nout\nwork')
    expect(await asked(directory, 'ls -a')).toMatch(/^\.hidden$/m)
  })

  test('with -l tells mode, size, time and where a link leads', async () => {
    const listed = await asked(await jobDirectory(), 'ls -ltr')
    const [title, oldest] = listed.split('\n')
    expect(title).toBe('ls .')
    expect(oldest).toMatch(/^-rw.{7} 1 +4 2023-11-14 22:13:20 log.old$/)
    expect(listed).toMatch(/^lrwxrwxrwx 1 .* out -> \.\.\/outside$/m)
    expect(listed).toMatch(/^drwx.{6} 3 .* work$/m)
  })

  test('with -R goes down, through no link, and hides secrets in names', async () => {
    expect(await asked(await jobDirectory(), 'ls -R')).toBe(
      'ls .\n.:\nlog.new\nlog.old\nlog.proxy\nout\nwork\nwork:\nbig\ndeep\nwork/deep:\na [hidden]',
    )
  })

  test('of a link shows the link, of nothing says so', async () => {
    const directory = await jobDirectory()
    expect(await asked(directory, 'ls out')).toBe('ls out\nout')
    expect(await asked(directory, 'ls out/')).toBe('ls out\nout')
    expect(await asked(directory, 'ls out/proxy')).toMatch('nothing there; links are not followed')
  })
})

describe('du', () => {
  test('says what du says', async () => {
    const directory = await jobDirectory()
    await link(join(directory, 'work/big'), join(directory, 'work/again'))
    const { stdout } = await promisify(execFile)('du', ['-k', 'work'], { cwd: directory })
    expect(await asked(directory, 'du work')).toBe(`du work\n${stdout.trimEnd()}`)
    expect(await asked(directory, 'du -s work')).toBe(`du work\n${stdout.trimEnd().split('\n').at(-1)}`)
  })
})

describe('ps', () => {
  test('shows the processes of the payload and no others', async () => {
    const directory = await temporaryDirectory()
    const started = await start(
      createProcesses(),
      payload(directory, 'sleep 601 & echo $!; exec -a "run --key=Zq7-secret-Zq7" sleep 602'),
    )
    const [child] = await lines(started, 1)
    await expect.poll(() => asked(directory, 'ps -ef', started.identity)).toMatch(/--key=\[hidden\] 602$/m)
    const shown = await asked(directory, 'ps -ef', started.identity)
    expect(shown).toMatch(new RegExp(`^ *${child} .* sleep 601$`, 'm'))
    expect(shown.split('\n')).toHaveLength(5)
  })

  test('says so while no payload is running', async () => {
    expect(await asked(await temporaryDirectory(), 'ps aux')).toBe('ps\nno payload is running')
  })
})

describe('whatever is asked,', () => {
  test('the answer has at most 2,048 bytes and its end is kept', async () => {
    const directory = await temporaryDirectory()
    for (let n = 0; n < 300; n++) await writeFile(join(directory, `file-${String(n).padStart(3, '0')}`), '')
    const shown = await asked(directory, 'ls')
    expect(Buffer.byteLength(shown)).toBeLessThanOrEqual(2048)
    expect(shown).toMatch(/^ls \.\n[\s\S]*file-299$/)
  })

  test('the search ends with the time, and says so', async () => {
    expect(await asked(await jobDirectory(), 'ls -R', undefined, { deadline: 0 })).toMatch(/not all was looked at/)
  })

  test('a directory that is gone is a text', async () => {
    expect(await asked('/nowhere/at/all', 'ls')).toMatch(/^ls \.\nENOENT/)
  })

  test('a second command is not begun while one has not ended', async () => {
    const commands = createDebugCommands({ redact })
    const directory = await jobDirectory()
    const [first, second] = await Promise.all(
      [1, 2].map(() => commands.run({ name: 'tail', lines: 1, path: ['log.new'] }, undefined, directory)),
    )
    expect(first).toBe('log.new\nline 29')
    expect(second).toBe('tail log.new\nan earlier command has not ended yet')
    expect(await commands.run({ name: 'tail', lines: 1, path: ['log.new'] }, undefined, directory)).toBe(first)
  })
})
