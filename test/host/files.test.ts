import { execFile } from 'node:child_process'
import { link, lstat, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeEach, describe, expect, test } from 'vitest'
import { createFiles } from '../../src/host/files.ts'
import type { Files } from '../../src/host/port.ts'
import { temporaryDirectory } from './job-directory.ts'

const bash = (directory: string, script: string) => promisify(execFile)('bash', ['-ec', script], { cwd: directory })

let base: string
let outside: string
let files: Files

beforeEach(async () => {
  base = join(await temporaryDirectory(), 'base')
  outside = await temporaryDirectory()
  await mkdir(base)
  await writeFile(join(outside, 'precious'), 'kept')
  files = createFiles({ base })
})

describe('nothing outside of the base is changed', () => {
  const changes: readonly [string, (path: string) => Promise<void>][] = [
    ['createDirectory', (path) => files.createDirectory(path)],
    ['removeDirectory', (path) => files.removeDirectory(path)],
    ['removeFile', (path) => files.removeFile(path)],
    ['write', (path) => files.write(path, 'overwritten')],
    ['append', (path) => files.append(path, 'overwritten\n')],
    ['link', (path) => files.link('/etc/hostname', path)],
    ['makeExecutable', (path) => files.makeExecutable(path)],
  ]

  test.each(changes)(
    '%s refuses an absolute path elsewhere, "..", and a directory that is a link',
    async (_, change) => {
      await symlink(outside, join(base, 'way-out'))
      for (const path of [join(outside, 'precious'), `${base}/../precious`, join(base, 'way-out/precious')]) {
        await expect(change(path)).rejects.toThrow(/outside of|leads out of/)
      }
      expect(await readdir(outside)).toEqual(['precious'])
      expect(await readFile(join(outside, 'precious'), 'utf8')).toBe('kept')
    },
  )

  test('a name that merely begins with two dots is inside', async () => {
    await files.write(join(base, '..name'), 'text')
    expect(await readFile(join(base, '..name'), 'utf8')).toBe('text')
  })

  test('a link in place of the file is replaced, or refused, never written through', async () => {
    await symlink(join(outside, 'precious'), join(base, 'report'))
    await expect(files.append(join(base, 'report'), 'more\n')).rejects.toThrow(/ELOOP/)
    await expect(files.makeExecutable(join(base, 'report'))).rejects.toThrow(/ELOOP/)
    await files.write(join(base, 'report'), 'ours')
    expect((await lstat(join(base, 'report'))).isFile()).toBe(true)
    expect(await readFile(join(outside, 'precious'), 'utf8')).toBe('kept')
  })
})

describe('writing', () => {
  test('a file has exactly the mode asked for and no temporary file stays', async () => {
    await files.write(join(base, 'secret'), 'one', 0o600)
    await files.write(join(base, 'plain'), 'two')
    expect((await stat(join(base, 'secret'))).mode & 0o777).toBe(0o600)
    expect((await stat(join(base, 'plain'))).mode & 0o777).toBe(0o644)
    expect((await readdir(base)).toSorted()).toEqual(['plain', 'secret'])
  })

  test('a failed write leaves the old text and no temporary file', async () => {
    await mkdir(join(base, 'taken/below'), { recursive: true })
    await expect(files.write(join(base, 'taken'), 'text')).rejects.toThrow(/taken/)
    expect(await readdir(base)).toEqual(['taken'])
  })

  test('directories are made 0770 with their parents, and again without harm', async () => {
    const path = join(base, 'PanDA_Pilot-1/inner')
    await files.createDirectory(path)
    await files.createDirectory(path)
    for (const made of [path, join(path, '..')]) expect((await stat(made)).mode & 0o777).toBe(0o770)
  })

  test('lines are appended', async () => {
    await files.append(join(base, 'log'), 'one\n')
    await files.append(join(base, 'log'), 'two\n')
    expect(await readFile(join(base, 'log'), 'utf8')).toBe('one\ntwo\n')
  })

  test('a link is kept when it is the same, another target is an error', async () => {
    const path = join(base, 'input.root')
    await files.link('/data/input.root', path)
    await files.link('/data/input.root', path)
    await expect(files.link('/data/other.root', path)).rejects.toThrow('/data/input.root')
    expect(await readlink(path)).toBe('/data/input.root')
  })

  test('a transform becomes executable', async () => {
    await files.write(join(base, 'run.sh'), '#!/bin/sh\n')
    await files.makeExecutable(join(base, 'run.sh'))
    expect((await stat(join(base, 'run.sh'))).mode & 0o777).toBe(0o755)
  })
})

describe('reading', () => {
  test('the start and the end, at most so many bytes, a cut character replaced', async () => {
    await writeFile(join(base, 'text'), 'añb')
    expect(await files.readStart(join(base, 'text'), 100)).toBe('añb')
    expect(await files.readStart(join(base, 'text'), 2)).toBe('a\uFFFD')
    expect(await files.readEnd(join(base, 'text'), 1)).toBe('b')
    expect(await files.readEnd(join(base, 'text'), 100)).toBe('añb')
  })

  test('a pipe or a link in place of the file is refused, not waited for', async () => {
    await bash(base, 'mkfifo pipe; ln -s /etc/hostname link')
    await expect(files.readEnd(join(base, 'pipe'), 10)).rejects.toThrow('not a regular file')
    await expect(files.readStart(join(base, 'link'), 10)).rejects.toThrow(/ELOOP/)
  })

  test('a missing file is an error that names it, and does not exist', async () => {
    await expect(files.readStart(join(base, 'gone'), 10)).rejects.toThrow('gone')
    expect(await files.exists(join(base, 'gone'))).toBe(false)
    expect(await files.exists(base)).toBe(true)
  })
})

describe('removing', () => {
  test('takes links for what they are and spares what they point to', async () => {
    await mkdir(join(base, 'job'))
    await symlink(outside, join(base, 'job/link'))
    await link(join(outside, 'precious'), join(base, 'job/hard'))
    await files.removeDirectory(join(base, 'job'))
    expect(await readdir(base)).toEqual([])
    expect(await readFile(join(outside, 'precious'), 'utf8')).toBe('kept')
  })

  test('a job directory that was replaced by a link: the link goes, its target stays', async () => {
    await symlink(outside, join(base, 'job'))
    await files.removeDirectory(join(base, 'job'))
    expect(await readdir(base)).toEqual([])
    expect(await readdir(outside)).toEqual(['precious'])
  })

  test('hostile trees go: 1,500 levels, strange names, closed directories', async () => {
    const job = join(base, 'job')
    await mkdir(job)
    await bash(job, "touch -- -rf $'new\\nline' $'not-utf8-\\xff'; mkdir shut; touch shut/file; chmod 0 shut")
    const dig = "for (let i = 0; i < 1500; i++) { fs.mkdirSync('level'); process.chdir('level') }"
    await promisify(execFile)(process.execPath, ['-e', dig], { cwd: job })
    await files.removeDirectory(job)
    expect(await readdir(base)).toEqual([])
  })

  test('what is not there is removed already; the base itself never is', async () => {
    await files.removeDirectory(join(base, 'gone'))
    await files.removeFile(join(base, 'gone'))
    await expect(files.removeDirectory(base)).rejects.toThrow('own directory')
  })
})
