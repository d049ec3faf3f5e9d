import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readWords } from '../../src/cli/argument-words.ts'
import { optionRows } from '../../src/cli/option-table.ts'

/** `name=value` for each option given; a switch without `=`. */
function given(...argv: string[]): readonly string[] {
  return readWords(argv).given.map(({ row, value }) => (value === undefined ? row.name : `${row.name}=${value}`))
}

describe('words are read as argparse reads them', () => {
  test('a value follows, or is attached', () => {
    expect(given('--queue', 'Q', '--lifetime=5', '-j', 'managed', '-v3', '-x=7')).toEqual([
      'queue=Q',
      'lifetime=5',
      'joblabel=managed',
      'getjobrequests=3',
      'getjobfailures=7',
    ])
  })

  test('an attached value may be empty or start with a dash', () => {
    expect(given('--queue=', '--workdir=-odd', '--url=a=b')).toEqual(['queue=', 'workdir=-odd', 'url=a=b'])
  })

  test('letters of switches stand in one word, the last may take a value', () => {
    expect(given('-dtqQ', '-zb')).toEqual(['debug', 'noproxyverification', 'queue=Q', 'noserverupdate', 'nocvmfs'])
    expect(given('-dq', 'Q')).toEqual(['debug', 'queue=Q'])
  })

  test('an abbreviation that can mean one option is that option', () => {
    expect(given('--life', '5', '--noserver', '--redir=/dev/null')).toEqual([
      'lifetime=5',
      'noserverupdate',
      'redirect-stdout=/dev/null',
    ])
  })

  test('the full name wins where it begins another', () => {
    expect(given('--resource', 'a', '--resource-type', 'SCORE')).toEqual(['resource=a', 'resource-type=SCORE'])
  })

  test('an abbreviation that an old launcher may use is not taken by a new option', () => {
    const ours = optionRows.filter((row) => row.ours)
    const old = optionRows.filter((row) => row.ours === undefined)
    for (const row of old) {
      for (let length = 1; length < row.name.length; length += 1) {
        const word = row.name.slice(0, length)
        if (old.filter(({ name }) => name.startsWith(word)).length > 1) continue
        if (ours.some(({ name }) => name === word)) continue
        expect(
          readWords([`--${word}=5`])
            .problems.concat(given(`--${word}=5`))
            .join(),
        ).toContain(row.name)
      }
    }
  })

  test('an abbreviation of several options is a problem that names them', () => {
    expect(readWords(['--harvester', 'x']).problems).toEqual([expect.stringContaining('--harvester-datadir')])
  })

  test('a repeated option is there each time, in order', () => {
    expect(given('-q', 'A', '--queue', 'B')).toEqual(['queue=A', 'queue=B'])
  })

  test('negative numbers and texts with blanks can be values although they start with a dash', () => {
    expect(given('--lifetime', '-5', '--job-type', '-a b')).toEqual(['lifetime=-5', 'job-type=-a b'])
  })

  test('an option is never swallowed as the value of another', () => {
    const words = readWords(['--queue', '--debug'])
    expect(words.problems).toEqual([
      '--queue needs a value, but --debug follows: if that is the value, write --queue=…',
    ])
    expect(words.given.map(({ row }) => row.name)).toEqual(['debug'])
  })

  test('a missing value at the end is a problem', () => {
    expect(readWords(['-q']).problems).toEqual(['-q needs a value, but nothing follows'])
  })

  test('a switch with a value is a problem', () => {
    expect(readWords(['--debug=yes']).problems).toEqual(['--debug is a switch and takes no value'])
    expect(readWords(['-d=yes']).problems).toEqual(['-d is a switch and takes no value'])
  })
})

describe('what is unknown is noted and skipped', () => {
  test('an unknown option with its value, without showing the value', () => {
    const words = readWords(['--new-token', 'hunter2', '-q', 'Q', '--other=hunter2', '-Z', '-Yq'])
    expect(words.notes).toEqual([
      'unknown option --new-token is ignored, with the word after it',
      'unknown option --other is ignored',
      'unknown option -Z is ignored',
      'unknown option -Y is ignored',
    ])
    expect(words.given.map(({ row }) => row.name)).toEqual(['queue'])
    expect(words.problems).toEqual([])
  })

  test('words that belong to no option, and everything after --', () => {
    const words = readWords(['stray', '-d', '--', '--queue', 'Q'])
    expect(words.notes).toEqual(['a word that belongs to no option is ignored', '2 words after -- are ignored'])
    expect(words.given.map(({ row }) => row.name)).toEqual(['debug'])
  })

  test('unknown options never fail, whatever they look like', () => {
    const name = fc.stringMatching(/^--x[a-z-]{0,12}$/)
    const value = fc.oneof(fc.constant(undefined), fc.string())
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value)), (pairs) => {
        const argv = pairs.flatMap(([option, attached]) =>
          attached === undefined ? [option] : [`${option}=${attached}`],
        )
        const words = readWords([...argv, '-q', 'Q'])
        expect(words.problems).toEqual([])
        expect(words.given.map(({ row }) => row.name)).toEqual(['queue'])
      }),
    )
  })
})

test('any words at all are read without an exception', () => {
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom(...optionRows.flatMap(({ name, letter }) => [`--${name}`, `-${letter}`])),
  )
  fc.assert(
    fc.property(fc.array(word), (argv) => {
      const { given, notes, problems } = readWords(argv)
      expect(given.length + notes.length + problems.length).toBeGreaterThanOrEqual(
        argv.includes('--') ? 0 : argv.length / 2,
      )
    }),
  )
})
