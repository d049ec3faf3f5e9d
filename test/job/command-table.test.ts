import { describe, expect, test } from 'vitest'
import { commandTable, obey } from '../../src/job/command-table.ts'
import { parseCommands } from '../../src/job/commands.ts'
import type { JobIdentity } from '../../src/job/ids.ts'
import { type Phase, phases } from '../../src/job/phases.ts'

const job = { pandaId: 7, attemptNr: 2 } as JobIdentity
const olderAttempt = { pandaId: 7, attemptNr: 1 } as JobIdentity
const otherJob = { pandaId: 8, attemptNr: 2 } as JobIdentity

const effects = (text: string, phase: Phase, meant = job) =>
  obey(parseCommands(text), meant, { job, phase }).map(({ effect }) => effect.do)

describe('the table of commands', () => {
  test('says for each command and phase what is done, and why nothing is', () => {
    const rows = Object.fromEntries(
      Object.entries(commandTable).map(([name, row]) => [name, phases.map((phase) => row[phase].do).join(' | ')]),
    )
    expect(rows).toMatchInlineSnapshot(`
      {
        "alreadydone": "accept | accept | accept | accept | accept | accept | ignore | ignore",
        "debug": "debug on | debug on | debug on | debug on | debug on | ignore | ignore | ignore",
        "debug-command": "run and send | run and send | run and send | run and send | run and send | ignore | ignore | ignore",
        "debugoff": "debug off | debug off | debug off | debug off | debug off | ignore | ignore | ignore",
        "nocleanup": "keep directory | keep directory | keep directory | keep directory | keep directory | keep directory | ignore | ignore",
        "softkill": "ignore | ignore | pass to payload | ignore | ignore | ignore | ignore | ignore",
        "tobekilled": "kill | kill | kill | kill | kill | ignore | ignore | ignore",
        "unknown": "ignore | ignore | ignore | ignore | ignore | ignore | ignore | ignore",
      }
    `)
    for (const row of Object.values(commandTable)) {
      for (const effect of Object.values(row)) {
        if (effect.do === 'ignore') expect(effect.why).toMatch(/^\w.*\w$/)
      }
    }
  })

  test('kills until the outcome is written, never after', () => {
    const killing = phases.filter((phase) => commandTable.tobekilled[phase].do === 'kill')
    expect(killing).toEqual(phases.slice(0, phases.indexOf('reporting')))
  })
})

describe('the commands of one answer', () => {
  test('are done each once, in their order', () => {
    expect(effects('debug,nocleanup,debug,tail a,ls -l,tail a', 'payload')).toEqual([
      'debug on',
      'keep directory',
      'run and send',
      'run and send',
    ])
  })

  test('debugoff switches debugging off, not on', () => {
    expect(effects('debugoff', 'payload')).toEqual(['debug off'])
  })

  test('belong to one job and attempt: those for another are ignored', () => {
    for (const meant of [olderAttempt, otherJob]) {
      expect(effects('tobekilled,debug,nocleanup,tail a', 'payload', meant)).toEqual(Array(4).fill('ignore'))
    }
  })

  test('with a kill run no debug command', () => {
    expect(effects('tail a,tobekilled', 'payload')).toEqual(['ignore', 'kill'])
  })

  test('a huge or unknown one is ignored with a reason', () => {
    const [obeyed] = obey(parseCommands('x'.repeat(100_000)), job, { job, phase: 'payload' })
    expect(obeyed?.effect).toEqual({ do: 'ignore', why: 'it is not a command the pilot knows' })
  })
})
