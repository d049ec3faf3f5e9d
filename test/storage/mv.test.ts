import { execFileSync } from 'node:child_process'
import { lstat, mkdir, readdir, readlink, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMvTool, type MvOptions } from '../../src/storage/mv.ts'
import { copytoolContract } from './copytool.contract.ts'
import { codeOf, never, noProgress, orderOf } from './orders.ts'
import { openTwoPlaces } from './two-places.ts'

async function openMv(inputs: MvOptions['inputs']) {
  const { local, remote, close } = await openTwoPlaces()
  return {
    tool: createMvTool({ inputs }),
    localPath: local.path,
    remotePath: remote.path,
    putLocal: local.put,
    putRemote: remote.put,
    getLocal: local.get,
    getRemote: remote.get,
    listLocal: local.list,
    listRemote: remote.list,
    close,
  }
}

for (const inputs of ['link', 'copy', 'move'] as const) {
  copytoolContract(`mv (inputs by ${inputs})`, () => openMv(inputs), { verifiesChecksum: false })
}

const bytes = new TextEncoder().encode('an input')

describe('mv', () => {
  let places: Awaited<ReturnType<typeof openTwoPlaces>>

  beforeEach(async () => {
    places = await openTwoPlaces()
  })

  afterEach(async () => {
    await places.close()
  })

  const inward = (name: string) =>
    orderOf({ direction: 'in', local: places.local.path(name), remote: places.remote.path(name) })
  const outward = (name: string, remote = places.remote.path(name)) =>
    orderOf({ direction: 'out', local: places.local.path(name), remote })

  it('links an input and says so; doing it again after a crash is no error', async () => {
    await places.remote.put('f', bytes)
    const tool = createMvTool({ inputs: 'link' })
    expect(await tool.copy(inward('f'), noProgress, never)).toMatchObject({ kind: 'copied', linked: true })
    expect(await readlink(places.local.path('f'))).toBe(places.remote.path('f'))
    expect(await tool.copy(inward('f'), noProgress, never)).toMatchObject({ kind: 'copied', linked: true })
  })

  it('copies an input as a file of its own, also from a link, and tells the progress', async () => {
    await places.remote.put('real', bytes)
    await symlink(places.remote.path('real'), places.remote.path('f'))
    const seen: number[] = []
    const outcome = await createMvTool({ inputs: 'copy' }).copy(inward('f'), (done) => seen.push(done), never)
    expect(outcome).toMatchObject({ kind: 'copied', linked: false })
    expect((await lstat(places.local.path('f'))).isFile()).toBe(true)
    expect(seen.at(-1)).toBe(bytes.length)
    expect(await places.remote.list()).toEqual(['f', 'real'])
  })

  it('moves: the source is gone afterwards', async () => {
    await places.local.put('f', bytes)
    await createMvTool({ inputs: 'link' }).copy(outward('f'), noProgress, never)
    expect(await places.local.list()).toEqual([])
  })

  it('creates the directories of the destination', async () => {
    await places.local.put('f', bytes)
    const deep = join(places.remote.root, 'user', 'jdoe', 'a4', 'f')
    expect(codeOf(await createMvTool({ inputs: 'link' }).copy(outward('f', deep), noProgress, never))).toBeUndefined()
    expect((await lstat(deep)).isFile()).toBe(true)
  })

  it('reports a directory that cannot be made as 1199', async () => {
    await places.local.put('f', bytes)
    await places.remote.put('file', bytes)
    const below = join(places.remote.path('file'), 'deep', 'f')
    expect(codeOf(await createMvTool({ inputs: 'link' }).copy(outward('f', below), noProgress, never))).toBe(1199)
    expect(await places.local.get('f')).toEqual(bytes)
  })

  it.each(['link', 'copy', 'move'] as const)('never replaces a file that is there (inputs by %s)', async (inputs) => {
    const other = new TextEncoder().encode('something else')
    await places.remote.put('f', bytes)
    await places.local.put('f', other)
    const tool = createMvTool({ inputs })
    for (const order of [inward('f'), outward('f')]) {
      expect(await tool.copy(order, noProgress, never)).toMatchObject({ error: { code: 1221 }, advice: 'give-up' })
    }
    expect(await places.local.get('f')).toEqual(other)
    expect(await places.remote.get('f')).toEqual(bytes)
  })

  it('refuses an output that is a link, and leaves what it points to', async () => {
    await places.remote.put('secret', bytes)
    await symlink(places.remote.path('secret'), places.local.path('f'))
    const outcome = await createMvTool({ inputs: 'link' }).copy(outward('f'), noProgress, never)
    expect(codeOf(outcome)).toBe(1303)
    expect(await places.remote.list()).toEqual(['secret'])
  })

  it.each(['in', 'out'] as const)('refuses a directory or a named pipe %s without waiting on it', async (direction) => {
    const side = direction === 'in' ? places.remote : places.local
    await mkdir(side.path('directory'))
    execFileSync('mkfifo', [side.path('pipe')])
    const tool = createMvTool({ inputs: 'copy' })
    for (const name of ['directory', 'pipe']) {
      const order = direction === 'in' ? inward(name) : outward(name)
      expect(codeOf(await tool.copy(order, noProgress, never))).toBe(1303)
    }
  })

  it('stops a copy in its middle and leaves no part of it', async () => {
    await writeFile(places.remote.path('big'), Buffer.alloc(8 * 1024 * 1024))
    const stop = new AbortController()
    const outcome = await createMvTool({ inputs: 'copy' }).copy(inward('big'), () => stop.abort(), stop.signal)
    expect(outcome).toMatchObject({ kind: 'failed', advice: 'give-up' })
    expect(await readdir(places.local.root)).toEqual([])
  })

  it('gives up a copy whose time is over', async () => {
    await writeFile(places.remote.path('big'), Buffer.alloc(64 * 1024 * 1024))
    const late = { ...inward('big'), timeout: 0.001 }
    expect(codeOf(await createMvTool({ inputs: 'copy' }).copy(late, noProgress, never))).toBe(1151)
    expect(await readdir(places.local.root)).toEqual([])
  })
})
