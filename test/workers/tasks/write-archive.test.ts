import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ArchiveOrder } from '../../../src/workers/port.ts'
import { measureFile } from '../../../src/workers/tasks/measure-file.ts'
import { writeArchive } from '../../../src/workers/tasks/write-archive.ts'
import { temporaryDirectory } from '../temporary.ts'
import { unpack } from '../unpack.ts'

const idle = () => {}

/** Creates the files of a job directory (an object is a directory) and the order to archive it. */
function orderOf(files: Readonly<Record<string, string>>, more: Partial<ArchiveOrder> = {}): ArchiveOrder {
  const home = temporaryDirectory()
  const directory = join(home, 'PanDA_Pilot-4711')
  mkdirSync(directory)
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true })
    writeFileSync(join(directory, name), content)
  }
  const target = join(home, 'log.tgz')
  return { directory, root: 'tarball', extra: [], leaveOut: [], secrets: [], target, ...more }
}

async function archive(order: ArchiveOrder, tick = idle) {
  const archived = await writeArchive(order, tick)
  if (archived.kind !== 'archived') throw new Error(archived.text)
  const entries = await unpack(order.target)
  const text = (name: string) => entries.get(`tarball/${name}`)?.content.toString()
  return { archived, entries, names: [...entries.keys()].sort(), text }
}

describe('an archive', () => {
  test('holds the files of the directory below its root, with their permissions and times', async () => {
    const order = orderOf({ 'payload.stdout': 'out', 'sub/deep/log.RAWtoALL': 'step', empty: '' })
    chmodSync(join(order.directory, 'payload.stdout'), 0o640)
    utimesSync(join(order.directory, 'payload.stdout'), 1, 1_700_000_000)
    const { archived, entries, names, text } = await archive(order)
    expect(names).toEqual([
      'tarball',
      'tarball/empty',
      'tarball/payload.stdout',
      'tarball/sub',
      'tarball/sub/deep',
      'tarball/sub/deep/log.RAWtoALL',
    ])
    expect(text('payload.stdout')).toBe('out')
    expect(text('sub/deep/log.RAWtoALL')).toBe('step')
    expect(text('empty')).toBe('')
    const header = entries.get('tarball/payload.stdout')?.header
    expect(header).toMatchObject({ mode: 0o640, uid: 0, gid: 0, mtime: new Date(1_700_000_000_000) })
    expect(archived.leftOut).toEqual([])
  })

  test('is unpacked by the tar of the system', async () => {
    const order = orderOf({ 'payload.stdout': 'out', [`${'long'.repeat(60)}/${'name'.repeat(60)}`]: 'deep' })
    await archive(order)
    const list = execFileSync('tar', ['tzf', order.target], { encoding: 'utf8' })
    expect(list).toContain(`tarball/${'long'.repeat(60)}/${'name'.repeat(60)}\n`)
  })

  test('has the size and adler32 of the file that stands there', async () => {
    const order = orderOf({ 'payload.stdout': 'line\n'.repeat(400_000) })
    const { archived } = await archive(order)
    const measured = await measureFile({ path: order.target, algorithms: [], links: 'refuse' }, idle)
    expect(measured).toEqual({ kind: 'measured', file: archived.file })
    expect(readdirSync(dirname(order.target)).sort()).toEqual(['PanDA_Pilot-4711', 'log.tgz'])
  })

  test('lacks inputs and outputs at any depth, and itself', async () => {
    const order = orderOf({ 'in.root': 'in', 'athenaMP/out.root': 'out', 'log.tgz': 'an older one', 'log.txt': 'log' })
    const inside = { ...order, leaveOut: ['in.root', 'out.root'], target: join(order.directory, 'log.tgz') }
    const { names } = await archive(inside)
    expect(names).toEqual(['tarball', 'tarball/athenaMP', 'tarball/log.txt'])
  })

  test('gets further files; what the payload called the same is stored beside them', async () => {
    const order = orderOf({ 'pilotlog.txt': 'forged', 'map.json/note': 'a directory' })
    const home = dirname(order.directory)
    writeFileSync(join(home, 'pilotlog.txt'), 'the log')
    writeFileSync(join(home, 'map'), '{}')
    const { text, archived } = await archive({
      ...order,
      extra: [
        [join(home, 'pilotlog.txt'), 'pilotlog.txt'],
        [join(home, 'map'), 'map.json'],
        [join(home, 'nowhere'), 'nowhere'],
      ],
    })
    expect(text('pilotlog.txt')).toBe('the log')
    expect(text('pilotlog.txt.payload')).toBe('forged')
    expect(text('map.json')).toBe('{}')
    expect(text('map.json.payload/note')).toBe('a directory')
    expect(archived.leftOut).toEqual([])
  })

  test('says inside what it lacks', async () => {
    const { archived, text } = await archive(orderOf({ x509up_u0: 'key', 'LEFT_OUT.txt': 'of the payload' }))
    expect(archived.leftOut).toEqual(['x509up_u0: its name says that it holds credentials'])
    expect(text('LEFT_OUT.txt')).toBe('x509up_u0: its name says that it holds credentials\n')
    expect(text('LEFT_OUT.txt.payload')).toBe('of the payload')
  })
})

describe('a link', () => {
  test.each<[string, string, string | undefined]>([
    ['to a file beside it stays a link', 'target', 'target'],
    ['given absolutely becomes relative', '/target', '../target'],
    ['to a file outside is left out', '/etc/passwd', undefined],
    ['that climbs out is left out', '../../../etc/passwd', undefined],
    ['to nothing is left out', 'nowhere', undefined],
    ['to itself is left out', 'link', undefined],
  ])('%s', async (_, target, stored) => {
    const order = orderOf({ 'sub/target': 'inside', target: 'inside' })
    const sub = join(realpathSync(order.directory), 'sub')
    writeFileSync(join(dirname(order.directory), 'outside'), 'outside')
    symlinkSync('..', join(sub, 'up'))
    symlinkSync(target === '/target' ? join(order.directory, 'target') : target, join(sub, 'link'))
    const { entries, archived } = await archive(order)
    expect(entries.get('tarball/sub/link')?.header.linkname).toBe(stored)
    if (stored === undefined) expect(archived.leftOut.join()).toContain('sub/link: it is a link to nothing')
    expect(entries.get('tarball/etc/passwd')).toBeUndefined()
  })

  test('whose written way is inside but whose real one is not is left out', async () => {
    const order = orderOf({ 'sub/deep/note': '' })
    writeFileSync(join(dirname(order.directory), 'x'), 'outside')
    symlinkSync('../..', join(order.directory, 'sub/deep/up'))
    symlinkSync('up/../x', join(order.directory, 'sub/deep/link'))
    const { archived, names } = await archive(order)
    expect(archived.leftOut).toHaveLength(1)
    expect(names).not.toContain('tarball/sub/deep/link')
  })

  test('to a directory is not entered', async () => {
    const order = orderOf({ 'sub/file': 'x' })
    symlinkSync('sub', join(order.directory, 'again'))
    symlinkSync('/etc', join(order.directory, 'etc'))
    const { names } = await archive(order)
    expect(names).toEqual(['tarball', 'tarball/LEFT_OUT.txt', 'tarball/again', 'tarball/sub', 'tarball/sub/file'])
  })

  test('put in the place of a directory while it is packed opens nothing outside', async () => {
    const order = orderOf({ 'sub/passwd': 'inside' })
    const sub = join(order.directory, 'sub')
    const { entries, archived } = await archive(order, () => {
      if (existsSync(join(sub, 'hosts'))) return
      renameSync(sub, `${order.directory}.moved`)
      symlinkSync('/etc', sub)
    })
    expect(archived.leftOut).toEqual(['sub/passwd: it was moved while it was packed'])
    expect(entries.get('tarball/sub/passwd')).toBeUndefined()
  })
})

describe('what is no plain file', () => {
  test('is left out and listed: a named pipe', async () => {
    const order = orderOf({})
    execFileSync('mkfifo', [join(order.directory, 'pipe')])
    expect((await archive(order)).archived.leftOut).toEqual(['pipe: it is a named pipe'])
  })

  test('loses its setuid bit', async () => {
    const order = orderOf({ tool: 'x' })
    chmodSync(join(order.directory, 'tool'), 0o6755)
    expect((await archive(order)).entries.get('tarball/tool')?.header.mode).toBe(0o755)
  })

  test('is packed when it is a hard link of our own', async () => {
    const order = orderOf({ a: 'twice' })
    linkSync(join(order.directory, 'a'), join(order.directory, 'b'))
    expect((await archive(order)).text('b')).toBe('twice')
  })

  test.skipIf(process.getuid?.() !== 0)(
    'is left out when it is a hard link of somebody else (root makes one)',
    async () => {
      const order = orderOf({ a: 'twice' })
      linkSync(join(order.directory, 'a'), `${order.directory}.theirs`)
      chownSync(join(order.directory, 'a'), 65534, 65534)
      expect((await archive(order)).archived.leftOut).toEqual(['a: it is a hard link to a file of somebody else'])
    },
  )

  test.skipIf(process.getuid?.() === 0)('is left out when we may not read it (root may read all)', async () => {
    const order = orderOf({ locked: 'x' })
    chmodSync(join(order.directory, 'locked'), 0)
    expect((await archive(order)).archived.leftOut.join()).toMatch(/^locked: .*EACCES/)
  })

  test('is left out when its name is not UTF-8', async () => {
    const order = orderOf({})
    writeFileSync(Buffer.concat([Buffer.from(`${order.directory}/bad`), Buffer.of(0xff)]), 'x')
    expect((await archive(order)).archived.leftOut).toEqual(['bad\uFFFD: its name is not UTF-8'])
  })

  test('is left out when it lies too deep', async () => {
    const order = orderOf({ [`${'d/'.repeat(70)}file`]: 'x' })
    expect((await archive(order)).archived.leftOut.join()).toContain('more than 64 directories deep')
  })
})

describe('a file that changes while it is packed', () => {
  const size = 5 << 20

  test.each<[string, (path: string) => void, string[]]>([
    ['grows', (path) => appendFileSync(path, 'more'), []],
    ['shrinks', (path) => truncateSync(path, 100), ['big: it changed while it was packed: cut or filled with zeros']],
  ])('and %s has the size it had', async (_, change, leftOut) => {
    const order = orderOf({ big: 'x'.repeat(size), other: 'whole' })
    let reads = 0
    const { archived, entries, text } = await archive(order, () => {
      if (++reads > 8 && existsSync(join(order.directory, 'big'))) change(join(order.directory, 'big'))
    })
    expect(entries.get('tarball/big')?.content.length).toBe(size)
    expect(archived.leftOut).toEqual(leftOut)
    expect(text('other')).toBe('whole')
  })

  test('by vanishing is listed', async () => {
    const order = orderOf({ a: '1', b: '2' })
    let gone = ''
    const { archived } = await archive(order, () => {
      if (gone !== '') return
      gone = readdirSync(order.directory)[0] === 'a' ? 'b' : 'a'
      for (const name of ['a', 'b']) rmSync(join(order.directory, name))
    })
    expect(archived.leftOut.join()).toContain('ENOENT')
  })
})

describe('secrets', () => {
  const token = 'gAAAAABn-secret/token+of=the~job'

  test('never survive in any file, wherever they stand', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 3 << 20 }), fc.boolean(), async (before, binary) => {
        const filling = (binary ? '\0\xff' : 'x ').repeat(before / 2)
        const spellings = [token, Buffer.from(token).toString('base64'), encodeURIComponent(token)]
        const order = orderOf({ log: spellings.map((text) => `${filling}${text}\n`).join('') }, { secrets: [token] })
        const { entries } = await archive(order)
        for (const { content } of entries.values()) {
          for (const spelling of spellings) expect(content.includes(spelling.slice(0, -4))).toBe(false)
        }
        expect(entries.get('tarball/log')?.content.includes('[hidden]')).toBe(true)
        rmSync(dirname(order.directory), { recursive: true })
      }),
      { numRuns: 8 },
    )
  })

  test('are hidden in names and link targets too', async () => {
    const order = orderOf({ 'secret-token-1': 'x' }, { secrets: ['secret-token-1'] })
    symlinkSync('secret-token-1', join(order.directory, 'link'))
    const { names, entries } = await archive(order)
    expect(names).toEqual(['tarball', 'tarball/[hidden]', 'tarball/link'])
    expect(entries.get('tarball/link')?.header.linkname).toBe('[hidden]')
  })

  test('in files named like credentials are not packed at all', async () => {
    const credentials = [
      'x509up_u1000',
      'atlas-unified.proxy',
      'userkey.pem',
      'panda_secrets.json',
      'panda_token',
      'token',
      '.netrc',
    ]
    const harmless = ['tokenizer.log', 'key.txt', 'pem.log']
    const order = orderOf(Object.fromEntries([...credentials, ...harmless].map((name) => [`sub/${name}`, name])))
    const { names, archived } = await archive(order)
    expect(names.filter((name) => name.startsWith('tarball/sub/'))).toEqual(
      harmless.map((name) => `tarball/sub/${name}`).sort(),
    )
    expect(archived.leftOut).toHaveLength(credentials.length)
  })

  test('other bytes come through unchanged', async () => {
    const bytes = Buffer.from(Uint8Array.from({ length: 3 << 20 }, (_, n) => (n * 31) ^ (n >> 8)))
    const order = orderOf({}, { secrets: [token] })
    writeFileSync(join(order.directory, 'core'), bytes)
    expect((await archive(order)).entries.get('tarball/core')?.content.equals(bytes)).toBe(true)
  })
})

describe('a failure', () => {
  test('of the disk, being full, is told as such and leaves nothing behind', async () => {
    const order = orderOf({ log: Array.from({ length: 400_000 }, (_, n) => n * n).join() })
    const archived = await writeArchive(order, idle, (part) => {
      closeSync(openSync(part, 'wx'))
      return openSync('/dev/full', 'w')
    })
    expect(archived).toMatchObject({ kind: 'failed', noSpace: true, text: expect.stringContaining('ENOSPC') })
    expect(readdirSync(dirname(order.target))).toEqual(['PanDA_Pilot-4711'])
  })

  test('keeps an earlier archive of that name as it was', async () => {
    const order = { ...orderOf({}), directory: '/nowhere' }
    writeFileSync(order.target, 'earlier')
    expect(await writeArchive(order, idle)).toMatchObject({
      kind: 'failed',
      noSpace: false,
      text: expect.stringMatching(/log\.tgz of \/nowhere: ENOENT/),
    })
    expect(readFileSync(order.target, 'utf8')).toBe('earlier')
  })

  test('of the target directory is told', async () => {
    const order = { ...orderOf({}), target: '/nowhere/log.tgz' }
    expect(await writeArchive(order, idle)).toMatchObject({ kind: 'failed', noSpace: false })
  })
})
