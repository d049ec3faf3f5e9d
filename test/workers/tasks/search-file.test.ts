import { execFileSync } from 'node:child_process'
import { appendFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { SearchOrder } from '../../../src/workers/port.ts'
import { searchFile } from '../../../src/workers/tasks/search-file.ts'
import { temporaryDirectory } from '../temporary.ts'

const idle = () => {}
const megabyte = 2 ** 20

function orderOf(content: string | Buffer, more: Partial<SearchOrder> = {}): SearchOrder {
  const path = join(temporaryDirectory(), 'payload.stderr')
  writeFileSync(path, content)
  const patterns = {
    first: { texts: ['No space left'], keep: 'first' },
    last: { texts: ['No space left'], keep: 'last' },
  } as const
  return { path, patterns, secrets: [], mostBytes: 64 * megabyte, ...more }
}

test('lines are found across the borders of blocks, at the beginning and the end of a large file', () => {
  for (const shift of [0, 5, 200, 33_000]) {
    const gap = 'z'.repeat(99)
    const filler = `${gap}\n`.repeat(3 * 10_486)
    const order = orderOf(`cp: No space left, early\n${filler}${'q'.repeat(shift)}\nmv: No space left, late`)
    const lines = { first: 'cp: No space left, early', last: 'mv: No space left, late' }
    expect(searchFile(order, idle)).toEqual({ kind: 'searched', lines, skipped: 0 })
  }
})

test('a file is read no further than the last line that is wanted', () => {
  const order = orderOf('No space left\n', { patterns: { a: { texts: ['No space left'], keep: 'first' } } })
  truncateSync(order.path, 32 * megabyte)
  let blocks = 0
  expect(searchFile(order, () => blocks++)).toMatchObject({ lines: { a: 'No space left' } })
  expect(blocks).toBeLessThanOrEqual(2)
})

test('of a file beyond the limit only the end is searched, from its first whole line on', () => {
  const order = orderOf(`No space left, early\n${'x'.repeat(100)} No space left, rest\nNo space left, late\n`)
  expect(searchFile({ ...order, mostBytes: 60 }, idle)).toEqual({
    kind: 'searched',
    lines: { first: 'No space left, late', last: 'No space left, late' },
    skipped: 102,
  })
})

test('no piece of a secret is in a line, however the line is cut', () => {
  const secret = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
  for (let distance = 0; distance <= 140; distance += 7) {
    const order = orderOf(`${secret}${'.'.repeat(distance)}No space left${'.'.repeat(distance)}${secret}\n`)
    const searched = searchFile({ ...order, secrets: [secret] }, idle)
    expect(JSON.stringify(searched)).toContain('No space left')
    expect(JSON.stringify(searched)).not.toMatch(/[a-z]{6}[0-9A-Z]|XYZ|89AB/)
  }
})

test('a file that grows is searched as it was when it was opened', () => {
  const order = orderOf(Buffer.alloc(2 * megabyte, '.\n'))
  const grow = () => appendFileSync(order.path, `${'.\n'.repeat(megabyte)}No space left\n`)
  expect(searchFile(order, grow)).toEqual({ kind: 'searched', lines: {}, skipped: 0 })
})

test('a file that shrinks or is removed under the search is searched as far as it goes', () => {
  const order = orderOf(`No space left\n${'.\n'.repeat(2 * megabyte)}`)
  const cut = () => truncateSync(order.path, megabyte)
  expect(searchFile(order, cut)).toMatchObject({ kind: 'searched', lines: { last: 'No space left' } })
  expect(searchFile(order, () => rmSync(order.path, { force: true }))).toMatchObject({ kind: 'searched' })
  expect(searchFile(order, idle)).toEqual({ kind: 'missing' })
})

test('what is no regular file is unreadable, and nobody waits for it', () => {
  const { path, ...order } = orderOf('')
  symlinkSync(path, `${path}.link`)
  execFileSync('mkfifo', [`${path}.pipe`])
  for (const other of [`${path}.link`, `${path}.pipe`, temporaryDirectory()]) {
    expect(searchFile({ ...order, path: other }, idle)).toMatchObject({ kind: 'unreadable' })
  }
})
