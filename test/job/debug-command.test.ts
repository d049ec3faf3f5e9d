import { posix } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseDebugCommand } from '../../src/job/debug-command.ts'

const directory = '/pilot/PanDA_Pilot-7'

const parse = (text: string) => parseDebugCommand(text, directory)

describe('a debug command', () => {
  const plainLs = {
    name: 'ls',
    path: [],
    long: false,
    hidden: false,
    recursive: false,
    human: false,
    reverse: false,
    order: 'name',
  }

  test.each([
    ['tail log.*', { name: 'tail', lines: 10, path: ['log.*'] }],
    ['tail -n 20 work/log.txt', { name: 'tail', lines: 20, path: ['work', 'log.txt'] }],
    ['tail -n20 -f ./work//log.txt', { name: 'tail', lines: 20, path: ['work', 'log.txt'] }],
    ['tail -f a', { name: 'tail', lines: 10, path: ['a'] }],
    ['tail -5 a', { name: 'tail', lines: 5, path: ['a'] }],
    ['tail -99999 a', { name: 'tail', lines: 1000, path: ['a'] }],
    [`tail ${directory}/a`, { name: 'tail', lines: 10, path: ['a'] }],
    ['ls', plainLs],
    ['ls .', plainLs],
    [`ls ${directory}`, plainLs],
    ['ls -ltr work', { ...plainLs, path: ['work'], long: true, reverse: true, order: 'time' }],
    ['ls\t-R\twork/*.root', { ...plainLs, path: ['work', '*.root'], recursive: true }],
    ['ls a(1)', { ...plainLs, path: ['a(1)'] }],
    ['ls -a -l -h -S', { ...plainLs, hidden: true, long: true, human: true, order: 'size' }],
    ['du -sh', { name: 'du', path: [], total: true, human: true }],
    ['du work', { name: 'du', path: ['work'], total: false, human: false }],
    ['ps -ef', { name: 'ps' }],
    ['ps aux', { name: 'ps' }],
    [`gdb --pid % -ex 'generate-core-file'`, { name: 'gdb' }],
    ['gdb -p % -batch', { name: 'gdb' }],
    ['gdb --pid=%', { name: 'gdb' }],
  ])('%s', (text, command) => {
    expect(parse(text)).toEqual({ kind: 'command', command })
  })

  test.each([
    ['cat /etc/passwd', '"cat" is no debug command'],
    ['', '"" is no debug command'],
    ['__proto__ x', '"__proto__" is no debug command'],
    ['/bin/ls x', '"/bin/ls" is no debug command'],
    ['ls; rm -rf .', '";" is refused'],
    ['ls &#59 rm', '"&" is refused'],
    ['ls && rm', '"&" is refused'],
    ['ls | mail', '"|" is refused'],
    ['ls `id`', '"`" is refused'],
    ['ls $(id)', '"$" is refused'],
    ['ls $HOME', '"$" is refused'],
    ['ls > x', '">" is refused'],
    ['tail <(id)', '"<" is refused'],
    ['ls a\nrm b', '"\\n" is refused'],
    ['ls a\0b', '"\\u0000" is refused'],
    ['tail ../../etc/passwd', '".."'],
    ['tail work/../../x', '".."'],
    ['ls /etc', 'outside of the job directory'],
    [`ls ${directory}-8/x`, 'outside of the job directory'],
    [`ls ${directory}/../x`, '".."'],
    ['tail "my file"', '" is refused in a path'],
    ['ls {a,b}', '{ is refused in a path'],
    ['ls a b', 'ls [-1aAhlrRStF] [PATH]'],
    ['ls -Z', 'ls [-1aAhlrRStF] [PATH]'],
    ['ls --color', 'ls [-1aAhlrRStF] [PATH]'],
    ['ls -', 'ls [-1aAhlrRStF] [PATH]'],
    ['tail -n 0 a', 'tail [-n LINES] FILE'],
    ['tail -n 5', 'tail [-n LINES] FILE'],
    ['tail -c 5 a', 'tail [-n LINES] FILE'],
    ['tail ', 'tail [-n LINES] FILE'],
    ['du -d 1', 'du [-hks] [PATH]'],
    ['ps -o args', 'ps [-ef | aux]'],
    ['ps -p 1', 'ps [-ef | aux]'],
    ['gdb --pid 1', 'gdb --pid %'],
    ['gdb --args sh', 'gdb --pid %'],
    [`ls ${'x'.repeat(250)}`, 'at most 250 characters'],
  ])('%j is refused: %s', (text, reason) => {
    expect(parse(text)).toEqual({ kind: 'refused', text: expect.stringContaining(reason) })
  })

  test('whatever its text, has no path that leaves the job directory, and knows no command but the five', () => {
    const words = fc.constantFrom(
      'tail',
      'ls',
      'du',
      'ps',
      'gdb',
      '-n',
      '-la',
      '..',
      '.',
      '/',
      '*',
      'a',
      ' ',
      '\0',
      '~',
    )
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(words).map((parts) => parts.join('')),
      fc
        .tuple(fc.constantFrom('tail', 'ls', 'du'), fc.array(fc.oneof(words, fc.string())))
        .map(([name, parts]) => `${name} ${parts.join('')}`),
      fc.string().map((path) => `tail ${directory}/${path}`),
    )
    fc.assert(
      fc.property(text, (any) => {
        const parsed = parse(any)
        if (parsed.kind === 'refused') return
        expect(['tail', 'ls', 'du', 'ps', 'gdb']).toContain(parsed.command.name)
        if (!('path' in parsed.command)) return
        const { path } = parsed.command
        expect(posix.join(directory, ...path)).toBe([directory, ...path].join('/'))
        for (const element of path) expect(element).toMatch(/^(?!\.{1,2}$)[^/\0]+$/)
      }),
    )
  })
})
