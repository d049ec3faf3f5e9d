import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { columnPairs, columnText, debugText, utcTime, wholeNumber } from '../../src/server/wire-text.ts'

describe('text for a column', () => {
  it('is never longer than the column, in bytes, and never ends inside a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(40), (text, limit) => {
        const cut = columnText(text, limit)
        const bytes = Buffer.from(cut)
        expect(bytes.length).toBeLessThanOrEqual(limit)
        expect(bytes.toString('utf8')).toBe(cut)
        expect(text.replaceAll('\0', '').toWellFormed().startsWith(cut)).toBe(true)
      }),
    )
  })

  it('loses nothing that fits', () => {
    expect(columnText('é'.repeat(64), 128)).toBe('é'.repeat(64))
    expect(columnText('é'.repeat(65), 128)).toBe('é'.repeat(64))
  })

  it('cuts before a character that only half fits', () => {
    expect(columnText('ab€', 4)).toBe('ab')
    expect(columnText('a😀', 4)).toBe('a')
    expect(columnText('😀', 4)).toBe('😀')
  })

  it('holds neither NUL nor half a surrogate pair, which databases refuse', () => {
    expect(columnText('a\0b', 10)).toBe('ab')
    expect(columnText('a\ud83d', 10)).toBe('a\ufffd')
  })
})

describe('the debug text', () => {
  it('keeps the path and the end of the log, cut between characters', () => {
    expect(debugText('/job/payload.stdout\n0123456789', 25)).toBe('/job/payload.stdout\n56789')
    expect(debugText('/a\n€€€', 9)).toBe('/a\n€€')
    expect(debugText('/a\n€€€', 8)).toBe('/a\n€')
    expect(debugText('short', 9)).toBe('short')
  })

  it('is never longer than its column, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), fc.integer({ min: 1, max: 40 }), (text, limit) => {
        const cut = debugText(text, limit)
        const bytes = Buffer.from(cut)
        expect(bytes.length).toBeLessThanOrEqual(limit)
        expect(bytes.toString('utf8')).toBe(cut)
        expect(cut).not.toContain('\ufffd'.repeat(text.toWellFormed() === text && !text.includes('\ufffd') ? 1 : 99))
      }),
    )
  })
})

describe('key=value pairs', () => {
  it('end with a whole pair when the column is full', () => {
    expect(columnPairs({ nEvents: 10, leak: '0.41', chi2: '0.02' }, 24)).toBe('nEvents=10 leak=0.41')
    expect(columnPairs({ nEvents: 10, leak: '0.41' }, 20)).toBe('nEvents=10 leak=0.41')
  })

  it('leave out empty values and values that would look like another pair', () => {
    expect(columnPairs({ a: '', b: '1 coreCount=99', c: 2 }, 500)).toBe('c=2')
  })

  it('count bytes', () => {
    expect(columnPairs({ a: '1', GPU_name: 'é'.repeat(10) }, 32)).toBe('a=1')
  })
})

it('a number that is not whole, not finite or too long for its column is cut or left out', () => {
  expect(wholeNumber(12.9, 6)).toBe(12)
  expect(wholeNumber(-1, 10)).toBe(-1)
  expect(wholeNumber(999_999, 6)).toBe(999_999)
  expect(wholeNumber(1_000_000, 6)).toBeUndefined()
  expect(wholeNumber(Number.NaN, 6)).toBeUndefined()
  expect(wholeNumber(undefined, 6)).toBeUndefined()
})

it('times are UTC to the second; an impossible one is left out', () => {
  expect(utcTime(Date.UTC(2026, 10, 22, 23, 25, 3, 999))).toBe('2026-11-22 23:25:03')
  expect(utcTime(Number.NaN)).toBeUndefined()
})
