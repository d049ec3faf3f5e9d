import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMvTool } from '../../src/storage/mv.ts'
import { codeOf, never, noProgress, orderOf } from './orders.ts'
import { mountSmallDisk } from './small-disk.ts'
import { placeAt } from './two-places.ts'

describe('mv between two disks', () => {
  let root: string
  let disk: ReturnType<typeof mountSmallDisk>

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'pilot-disks-'))
    await mkdir(join(root, 'local'))
    disk = mountSmallDisk(join(root, 'other'))
  })

  afterEach(async () => {
    disk?.unmount()
    await rm(root, { recursive: true, force: true })
  })

  const outward = () =>
    orderOf({ direction: 'out', local: join(root, 'local', 'f'), remote: join(root, 'other', 'deep', 'f') })

  it('copies the whole file, then removes the source', async ({ skip }) => {
    if (disk === undefined) return skip('only root may mount a small disk')
    const bytes = new TextEncoder().encode('from disk to disk')
    await writeFile(join(root, 'local', 'f'), bytes)
    expect((await stat(join(root, 'local'))).dev).not.toBe((await stat(join(root, 'other'))).dev)
    expect(await createMvTool({ inputs: 'link' }).copy(outward(), noProgress, never)).toMatchObject({ kind: 'copied' })
    expect(await placeAt(join(root, 'other', 'deep')).get('f')).toEqual(bytes)
    expect(await placeAt(join(root, 'local')).list()).toEqual([])
  })

  it('reports a full disk as 1333 (out) and 1098 (in), keeps the source and leaves no part', async ({ skip }) => {
    if (disk === undefined) return skip('only root may mount a small disk')
    await writeFile(join(root, 'local', 'f'), Buffer.alloc(4 * 1024 * 1024))
    expect(codeOf(await createMvTool({ inputs: 'link' }).copy(outward(), noProgress, never))).toBe(1333)
    const inward = orderOf({ direction: 'in', local: join(root, 'other', 'f'), remote: join(root, 'local', 'f') })
    expect(codeOf(await createMvTool({ inputs: 'copy' }).copy(inward, noProgress, never))).toBe(1098)
    expect(await placeAt(join(root, 'other')).list()).toEqual(['deep'])
    expect(await placeAt(join(root, 'other', 'deep')).list()).toEqual([])
    expect(await placeAt(join(root, 'local')).list()).toEqual(['f'])
  })
})
