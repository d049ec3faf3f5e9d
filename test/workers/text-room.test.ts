import { existsSync, linkSync, lstatSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TextRoom, TooLong } from '../../src/workers/text-room.ts'
import { stringOf } from './parsed-report.ts'
import { temporaryDirectory } from './temporary.ts'

const place = () => join(temporaryDirectory(), 'text')
const ascii = fc.string({
  unit: fc.integer({ min: 32, max: 126 }).map((code) => String.fromCharCode(code)),
  maxLength: 40,
})

test('a text is what was written, in memory or in a file, whatever the lengths of its parts', () => {
  const path = place()
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), ascii)), fc.integer({ min: 0, max: 200 }), (parts, held) => {
      const room = new TextRoom(path, { most: 1e6, held })
      for (const [isBytes, text] of parts) isBytes ? room.copy(Buffer.from(text)) : room.write(text)
      const whole = parts.map(([, text]) => text).join('')
      expect(room.length).toBe(whole.length)
      expect([...room.pieces(3)].join('')).toBe(whole)
      const text = room.finish()
      expect(typeof text).toBe(whole.length > held ? 'object' : 'string')
      expect(stringOf(text)).toBe(whole)
      if (typeof text === 'object') expect(text.bytes).toBe(whole.length)
    }),
  )
})

test.each([0, 1 << 20])('its pieces overlap as far as was asked, with %d bytes in memory', (held) => {
  const whole = Array.from({ length: 30_000 }, (_, n) => n).join()
  const room = new TextRoom(place(), { most: 1e6, held })
  room.write(whole)
  const pieces = [...room.pieces(1000)]
  expect(pieces.map((piece) => piece.slice(0, 65_536)).join('')).toBe(whole)
  expect(pieces[0]?.slice(65_536)).toBe(whole.slice(65_536, 66_536))
})

test.each([0, 1 << 20])('it can be replaced, with %d bytes in memory', (held) => {
  const room = new TextRoom(place(), { most: 1e6, held })
  room.write('a long one')
  room.replace('short')
  expect(stringOf(room.finish())).toBe('short')
})

test('one that is too long is refused', () => {
  const room = new TextRoom(place(), { most: 10, held: 4 })
  room.write('0123456789')
  expect(() => room.write('0')).toThrow(TooLong)
})

describe('the file', () => {
  test('is never written through a link that somebody put there', () => {
    const precious = place()
    writeFileSync(precious, 'precious')
    for (const link of [symlinkSync, linkSync]) {
      const path = place()
      link(precious, path)
      const room = new TextRoom(path, { most: 100, held: 0 })
      room.write('text')
      expect(stringOf(room.finish())).toBe('text')
      expect(lstatSync(path).isFile()).toBe(true)
      expect(readFileSync(precious, 'utf8')).toBe('precious')
    }
  })

  test('that cannot be written leaves an empty text and says why', () => {
    const room = new TextRoom('/proc/nowhere/text', { most: 100, held: 4 })
    room.write('0123456789')
    room.write('more')
    expect(room.finish()).toBe('')
    expect(room.problem).toMatch(/cannot write \/proc\/nowhere\/text: ENOENT/)
  })

  test('of a text that is left out is gone', () => {
    const path = place()
    const room = new TextRoom(path, { most: 100, held: 4 })
    room.write('0123456789')
    expect(existsSync(path)).toBe(true)
    room.leaveOut('not wanted')
    expect(existsSync(path)).toBe(false)
    expect([room.finish(), room.problem]).toEqual(['', 'not wanted'])
  })
})
