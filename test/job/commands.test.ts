import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseCommands, type ServerCommand } from '../../src/job/commands.ts'

const words = ['tobekilled', 'softkill', 'debug', 'debugoff', 'nocleanup', 'alreadydone'] as const
const nameOf = ({ name }: ServerCommand): string => name

describe('the commands of an answer', () => {
  test('are read whole, in order, with any blanks around them', () => {
    const blank = fc.constantFrom('', ' ', '\t', '  ')
    const item = fc.tuple(blank, fc.constantFrom(...words), blank)
    fc.assert(
      fc.property(fc.array(item), (items) => {
        const text = items.map((parts) => parts.join('')).join(',')
        expect(parseCommands(text).map(nameOf)).toEqual(items.map(([, word]) => word))
      }),
    )
  })

  test('are not found inside other words: `debugoff` does not switch debugging on', () => {
    expect(parseCommands('debugoff').map(nameOf)).toEqual(['debugoff'])
    expect(parseCommands('nottobekilled').map(nameOf)).toEqual(['unknown'])
  })

  test("are none when there is nothing, or only PanDA's word for nothing", () => {
    for (const text of [undefined, null, '', 'NULL', ' , ,NULL']) expect(parseCommands(text)).toEqual([])
  })

  test('to look at the running job keep their words', () => {
    const looks = ['tail pilotlog.txt', 'ls -l', 'ps aux', 'gdb --pid 5', 'du -sk .']
    expect(parseCommands(looks.join(','))).toEqual(looks.map((text) => ({ name: 'debug-command', text })))
    expect(parseCommands('lsof')[0]?.name).toBe('unknown')
  })

  test('never make the pilot stumble: whatever is not known is kept, cut to 250 characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (text) => {
        for (const command of parseCommands(text)) {
          if (command.name === 'unknown') expect(command.text.length).toBeLessThanOrEqual(250)
        }
      }),
    )
  })
})
