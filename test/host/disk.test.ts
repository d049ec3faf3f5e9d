import { execFile } from 'node:child_process'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { createDisk } from '../../src/host/disk.ts'
import { temporaryDirectory } from './job-directory.ts'

const disk = createDisk()

async function tree(script: string): Promise<string> {
  const directory = await temporaryDirectory()
  await promisify(execFile)('bash', ['-ec', script], { cwd: directory })
  return directory
}

test('the size is the sum of the regular files at any depth, names of any bytes', async () => {
  const directory = await tree(
    "mkdir -p a/b; head -c 100 /dev/zero > a/one; head -c 20 /dev/zero > $'a/b/\\xff\\n'; mkdir $'\\xfe'; echo -n 3 > $'\\xfe/x'",
  )
  expect(await disk.directorySize(directory, [])).toBe(121)
})

test('links, pipes and what they lead to count nothing', async () => {
  const directory = await tree('echo -n 12345 > file; ln -s / root; ln -s file again; mkfifo pipe')
  expect(await disk.directorySize(directory, [])).toBe(5)
})

test('names to leave out are left out at the top only', async () => {
  const directory = await tree('mkdir deep; echo -n 1 > keep; echo -n 22 > out; echo -n 333 > deep/out')
  expect(await disk.directorySize(directory, ['out'])).toBe(4)
})

test('another file system below is not entered', async ({ skip }) => {
  const [above, below] = await Promise.all([stat('/dev'), stat('/dev/shm').catch(() => undefined)])
  if (below === undefined || above.dev === below.dev) return skip('/dev/shm is no file system of its own here')
  const directory = await mkdtemp('/dev/shm/pilot-host-')
  onTestFinished(() => rm(directory, { recursive: true }))
  await writeFile(join(directory, 'large'), Buffer.alloc(5_000_000))
  expect(await disk.directorySize('/dev', [])).toBeLessThan(5_000_000)
})

test('a directory that is missing, and a file in its place, cannot be read', async () => {
  const directory = await tree('touch file')
  expect(await disk.directorySize(join(directory, 'gone'), [])).toBeUndefined()
  expect(await disk.directorySize(join(directory, 'file'), [])).toBeUndefined()
})

test('the size of a file is told of regular files only', async () => {
  const directory = await tree('echo -n 1234 > file; ln -s file link; mkfifo pipe')
  const sizes = ['file', 'link', 'pipe', '.', 'gone'].map((name) => disk.fileSize(join(directory, name)))
  expect(await Promise.all(sizes)).toEqual([4, undefined, undefined, undefined, undefined])
})

test('free space agrees with df, and is unknown of a path that is not there', async () => {
  const directory = await temporaryDirectory()
  const { stdout } = await promisify(execFile)('df', ['-B1', '--output=avail', directory])
  const free = await disk.freeSpace(directory)
  expect(Math.abs((free ?? 0) - Number(stdout.split('\n')[1]))).toBeLessThan(1e9)
  expect(await disk.freeSpace(join(directory, 'gone'))).toBeUndefined()
})
