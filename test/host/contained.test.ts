import { execFile } from 'node:child_process'
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { type Contained, contain, type Place } from '../../src/host/contained.ts'
import { temporaryDirectory } from './job-directory.ts'

async function namesIn(tree: Contained, place: Place): Promise<string[]> {
  const names: string[] = []
  for await (const { name } of tree.entries(place)) names.push(name)
  return names.sort()
}

async function textOf(tree: Contained, place: Place): Promise<string> {
  await using handle = await tree.open(place)
  return handle.readFile('utf8')
}

/** `inside` beside `outside/secret`; links to the latter in the former. */
async function world() {
  const base = await temporaryDirectory()
  const inside = join(base, 'inside')
  await mkdir(join(inside, 'work'), { recursive: true })
  await mkdir(join(base, 'outside'))
  await writeFile(join(base, 'outside/secret'), 'secret')
  await writeFile(join(inside, 'work/log'), 'log')
  await symlink('../outside', join(inside, 'door'))
  await symlink('../outside/secret', join(inside, 'window'))
  await symlink('work', join(inside, 'corridor'))
  return { base, inside, tree: await contain(inside) }
}

describe('a contained directory', () => {
  test('shows its files and what links say, by their own names', async () => {
    const { tree } = await world()
    expect(await namesIn(tree, '')).toEqual(['corridor', 'door', 'window', 'work'])
    expect(await textOf(tree, 'work/log')).toBe('log')
    expect((await tree.entry('', 'window'))?.link).toBe('../outside/secret')
    expect(await tree.entry('', 'nothing')).toBeUndefined()
  })

  test.each(['window', 'door', 'door/secret', 'corridor/log', '../outside/secret', 'work/../../outside/secret'])(
    'opens nothing by way of %s',
    async (place) => {
      const { tree } = await world()
      await expect(tree.open(place)).rejects.toThrow()
      await expect(namesIn(tree, place)).rejects.toThrow()
      await expect(tree.entry(place, 'secret')).rejects.toThrow()
    },
  )

  test('that is reached by a link itself is read all the same', async () => {
    const { base, inside } = await world()
    await symlink(inside, join(base, 'alias'))
    expect(await textOf(await contain(join(base, 'alias')), 'work/log')).toBe('log')
  })

  test('notices a directory that became a link while it was read', async () => {
    const { base, inside, tree } = await world()
    for await (const { name } of tree.entries('')) {
      if (name !== 'work') continue
      await rename(join(inside, 'work'), join(base, 'moved'))
      await symlink('../outside', join(inside, 'work'))
      await expect(tree.open('work/secret')).rejects.toThrow('links are not followed')
    }
    expect.assertions(1)
  })

  test('does not wait for a named pipe, and reads none', async () => {
    const { inside, tree } = await world()
    await promisify(execFile)('mkfifo', [join(inside, 'pipe')])
    await expect(tree.open('pipe')).rejects.toThrow('not a regular file')
  })

  test('takes names that are no UTF-8', async () => {
    const { inside, tree } = await world()
    await writeFile(Buffer.concat([Buffer.from(`${inside}/work/`), Buffer.of(0xff, 0x0a)]), 'odd')
    const places: Place[] = []
    for await (const { place } of tree.entries('work')) places.push(place)
    expect(await textOf(tree, places.find((place) => place !== 'work/log') ?? '')).toBe('odd')
  })
})
