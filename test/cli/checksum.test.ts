import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, openSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { adler32, formatAdler32 } from '../../src/workers/adler32.ts'
import { temporaryDirectory } from '../workers/temporary.ts'

const main = join(import.meta.dirname, '../../src/main.ts')
const mebibyte = 1 << 20

interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** The real process; `input` is its standard input: bytes through a pipe, or an open file. */
async function checksum(words: readonly string[], input: Uint8Array | number = new Uint8Array()): Promise<Ran> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, 'checksum', ...words], {
    stdio: [typeof input === 'number' ? input : 'pipe', 'pipe', 'pipe'],
  })
  if (typeof input !== 'number') child.stdin?.end(input)
  const ended = new Promise<number>((resolve) => child.once('close', resolve))
  const [out, err] = [child.stdout, child.stderr].map((stream) => (stream === null ? '' : text(stream)))
  return { code: await ended, out: (await out) ?? '', err: (await err) ?? '' }
}

function fileOf(bytes: Uint8Array | string, name = 'AOD.root'): string {
  const path = join(temporaryDirectory(), name)
  writeFileSync(path, bytes)
  return path
}

test('a line a file, as xrdadler32 prints it, in the order given, links followed', async () => {
  const first = fileOf('Wikipedia')
  const empty = fileOf('')
  const link = join(temporaryDirectory(), 'link.root')
  symlinkSync(first, link)
  const wanted = `11e60398 ${link}\n00000001 ${empty}\n11e60398 ${first}\n`
  expect(await checksum([link, empty, first])).toEqual({ code: 0, out: wanted, err: '' })
})

test('with --md5 both sums, also of a file that is named twice', async () => {
  const bytes = randomBytes(3 * mebibyte + 17)
  const path = fileOf(bytes)
  const line = `${formatAdler32(adler32(bytes))} ${createHash('md5').update(bytes).digest('hex')} ${path}\n`
  expect(await checksum(['--md5', path, path])).toEqual({ code: 0, out: line + line, err: '' })
})

test('bad files are named on stderr and cost the exit code; the others are done', async () => {
  const good = fileOf('Wikipedia')
  const missing = join(temporaryDirectory(), 'missing.root')
  const directory = join(temporaryDirectory(), 'directory')
  mkdirSync(directory)
  const { code, out, err } = await checksum([missing, good, directory])
  expect(code).toBe(1)
  expect(out).toBe(`11e60398 ${good}\n`)
  expect(err.trimEnd().split('\n')).toEqual([
    expect.stringMatching(`^pilot checksum: cannot read ${missing}: ENOENT`),
    `pilot checksum: ${directory} is a directory; only regular files are read`,
  ])
})

test('- is the standard input, be it a pipe, a file or nothing', async () => {
  const bytes = randomBytes(2 * mebibyte + 5)
  const wanted = `${formatAdler32(adler32(bytes))} -\n`
  expect(await checksum(['-'], bytes)).toEqual({ code: 0, out: wanted, err: '' })
  expect((await checksum(['-'], openSync(fileOf(bytes), 'r'))).out).toBe(wanted)
  expect((await checksum(['-'])).out).toBe('00000001 -\n')
})

test('the standard input keeps its place among files, and one that cannot be read is an error', async () => {
  const path = fileOf('Wikipedia')
  expect((await checksum([path, '-', path], Buffer.from('a'))).out).toBe(
    `11e60398 ${path}\n00620062 -\n11e60398 ${path}\n`,
  )
  const { code, out, err } = await checksum(['-', path], openSync(temporaryDirectory(), 'r'))
  expect({ code, out }).toEqual({ code: 1, out: `11e60398 ${path}\n` })
  expect(err).toBe('pilot checksum: the standard input is a directory; files and pipes are read\n')
})

test('--json prints one document: sizes, sums and errors', async () => {
  const path = fileOf('Wikipedia')
  const { code, out } = await checksum(['--json', '--md5', path, '/nowhere/AOD.root'])
  expect(code).toBe(1)
  expect(JSON.parse(out)).toEqual({
    files: [
      { path, size: 9, adler32: '11e60398', md5: createHash('md5').update('Wikipedia').digest('hex') },
      { path: '/nowhere/AOD.root', error: expect.stringContaining('ENOENT') },
    ],
  })
})

test('a file that several threads share has the sum of the whole', async () => {
  const path = fileOf(randomBytes(3 * mebibyte))
  truncateSync(path, 300 * mebibyte)
  writeFileSync(path, randomBytes(5 * mebibyte + 3), { flag: 'a' })
  const shared = await checksum([path])
  const streamed = await checksum(['-'], openSync(path, 'r'))
  expect(shared).toMatchObject({ code: 0, err: '' })
  expect(shared.out.split(' ')[0]).toBe(streamed.out.split(' ')[0])
})

test('many small files each get their own sum', async () => {
  const files = Array.from({ length: 300 }, (_, n) => {
    const bytes = randomBytes(n * 7)
    return { path: fileOf(bytes, `${n}.root`), sum: formatAdler32(adler32(bytes)) }
  })
  const { out } = await checksum(files.map(({ path }) => path))
  expect(out).toBe(files.map(({ path, sum }) => `${sum} ${path}\n`).join(''))
})

test.each([
  ['no file', [], 'name at least one file'],
  ['an unknown option', ['--sha1', 'a'], "Unknown option '--sha1'"],
  ['the standard input twice', ['-', '-'], 'can be read once'],
])('%s is refused with exit code 2', async (_, words, why) => {
  const { code, out, err } = await checksum(words)
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toContain(why)
})

test('--help tells every option', async () => {
  const { code, out } = await checksum(['--help'])
  expect(code).toBe(0)
  for (const option of ['--md5', '--json', '--help']) expect(out).toContain(option)
})
