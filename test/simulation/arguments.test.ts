import { expect, test } from 'vitest'
import { parseArguments } from '../../src/simulation/arguments.ts'
import { breaks } from '../../src/simulation/breaks/breaks.ts'

test('the options are read', () => {
  const argv = ['--histories', '7', '--seed', '0', '--profile', 'dying nodes', '--pilots', '3', '--jobs', '4', '--json']
  expect(parseArguments(argv)).toMatchObject({
    kind: 'run',
    order: { histories: 7, seed: 0, profile: 'dying nodes', size: { pilots: 3, jobs: 4 }, untilBroken: false },
    bugs: undefined,
    json: true,
  })
})

test('a bug is searched for until it is found, all of them one after another', () => {
  expect(parseArguments(['--break', 'two finals'])).toMatchObject({
    bugs: ['two finals'],
    order: { untilBroken: true },
  })
  expect(parseArguments(['--break', 'all'])).toMatchObject({ bugs: breaks.map(({ name }) => name) })
  expect(parseArguments(['--break', 'list', '--json'])).toEqual({ kind: 'list', json: true })
})

test.each([
  [['--histories', 'many'], /--histories .* "many"/],
  [['--histories', '0'], /at least 1/],
  [['--profile', 'stormy'], /"stormy".*chaos/],
  [['--break', 'nothing'], /"nothing".*--break list/],
  [['--unheard-of'], /unheard-of/],
])('%j is refused in words', (argv, words) => {
  expect(parseArguments(argv)).toMatchObject({ kind: 'refused', text: expect.stringMatching(words) })
})
