import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hasVariable, parseCpuInfo, parseKilobytes, parseStat } from '../../src/host/proc.ts'

/** A stat line in the kernel's form; unnamed fields count upwards so that a shifted field shows. */
function statLine(pid: number, name: string, state: string, fields: Record<number, number>): string {
  const rest = Array.from({ length: 49 }, (_, index) => fields[index + 4] ?? 1000 + index)
  return `${pid} (${name}) ${state} ${rest.join(' ')}\n`
}

describe('stat', () => {
  const fields = { 4: 7, 6: 42, 14: 1, 15: 20, 16: 300, 17: 4000, 22: 987654 }
  const expected = { pid: 43, state: 'S', parent: 7, session: 42, cpuTicks: 4321, startTicks: 987654 }

  test.each(['cat', 'tmux: server', 'a) S 1 2 3 (b', ')', '((', '', 'line\nbreak'])(
    'the name %j shifts nothing',
    (name) => {
      expect(parseStat(statLine(43, name, 'S', fields))).toEqual(expected)
    },
  )

  test('any name at all shifts nothing', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 64 }), (name) => {
        expect(parseStat(statLine(43, name, 'S', fields))).toEqual(expected)
      }),
    )
  })

  test('zero is a time like any other', () => {
    expect(parseStat(statLine(43, 'x', 'R', { ...fields, 15: 0, 16: 0, 17: 0 }))?.cpuTicks).toBe(1)
  })

  test('a text that was cut anywhere is no stat, or the whole of what we use', () => {
    const whole = statLine(43, 'name', 'S', fields)
    for (let length = 0; length < whole.indexOf('987654'); length++) {
      expect(parseStat(whole.slice(0, length))).toBeUndefined()
    }
  })

  test('no text makes it throw', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary-ascii' }), (text) => void parseStat(text)))
  })

  test("the kernel's own text is read", () => {
    expect(parseStat(readFileSync('/proc/self/stat', 'latin1'))).toMatchObject({
      pid: process.pid,
      parent: process.ppid,
    })
  })
})

describe('tables in kB', () => {
  test('status: lines in kB are read, others left', () => {
    const text =
      'Name:\tVmRSS: 7 kB\nPid:\t12\nVmSize:\t  123456 kB\nVmRSS:\t    1620 kB\nVmSwap:\t       0 kB\nSigQ:\t0/96275\n'
    expect(Object.fromEntries(parseKilobytes(text))).toEqual({ VmSize: 123456, VmRSS: 1620, VmSwap: 0 })
  })

  test('smaps_rollup: the address line is no value', () => {
    const text =
      '5589c0f2a000-7ffe3a91d000 ---p 00000000 00:00 0                          [rollup]\nRss:                1620 kB\nPss:                 357 kB\nPss_Dirty:           112 kB\n'
    expect(parseKilobytes(text).get('Pss')).toBe(357)
  })

  test('meminfo: names with parentheses too', () => {
    const text = 'MemTotal:       24682416 kB\nActive(anon):     12 kB\nHugePages_Total:       0\n'
    expect(Object.fromEntries(parseKilobytes(text))).toEqual({ MemTotal: 24682416, 'Active(anon)': 12 })
  })

  test('no text makes it throw', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary-ascii' }), (text) => void parseKilobytes(text)))
  })
})

describe('environ', () => {
  const environ = (...entries: string[]) => Buffer.from(entries.map((entry) => `${entry}\0`).join(''))

  test('first, middle and last entries are found', () => {
    for (const assignment of ['A=1', 'B=2', 'C=3'])
      expect(hasVariable(environ('A=1', 'B=2', 'C=3'), assignment)).toBe(true)
  })

  test('a part of an entry is not it', () => {
    expect(hasVariable(environ('XA=1', 'A=12', 'B=A=1'), 'A=1')).toBe(false)
    expect(hasVariable(environ(), 'A=1')).toBe(false)
  })
})

describe('cpuinfo', () => {
  const processor = (number: number, socket: number) =>
    `processor\t: ${number}\nmodel name\t: AMD EPYC 7763 64-Core   Processor\ncache size\t: 512 KB\nphysical id\t: ${socket}\nsiblings\t: 4\ncpu cores\t: 2\nflags\t\t: fpu avx avx2\n`

  test('sockets, cores and threads are told apart', () => {
    const text = Array.from({ length: 8 }, (_, number) => processor(number, number % 2)).join('\n')
    expect(parseCpuInfo(text)).toEqual({
      modelName: 'AMD EPYC 7763 64-Core Processor',
      cacheKB: 512,
      processors: 8,
      sockets: 2,
      coresPerSocket: 2,
      hyperThreading: true,
      flags: new Set(['fpu', 'avx', 'avx2']),
    })
  })

  test('ARM names neither model nor cache', () => {
    const text = 'processor\t: 0\nBogoMIPS\t: 50.00\nFeatures\t: fp asimd\n\nprocessor\t: 1\nBogoMIPS\t: 50.00\n'
    expect(parseCpuInfo(text)).toMatchObject({ modelName: '', cacheKB: undefined, processors: 2, coresPerSocket: 2 })
  })

  test('no text makes it throw', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary-ascii' }), (text) => void parseCpuInfo(text)))
  })
})
