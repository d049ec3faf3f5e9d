import { constants } from 'node:os'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { errors } from '../../src/job/error-table.ts'
import { errorOf } from '../../src/job/errors.ts'
import { phases } from '../../src/job/phases.ts'
import {
  killReason,
  lifetimeReason,
  type StopSignal,
  signalErrors,
  signalReason,
  stopFinding,
} from '../../src/job/stop.ts'

const signals = Object.keys(signalErrors) as StopSignal[]

describe('a stop', () => {
  test.each(signals)('by %s is in a hurry, and the process ends with 128 and the number of the signal', (signal) => {
    const reason = signalReason(signal, 5)
    expect(reason).toMatchObject({ hurry: true, at: 5, text: expect.stringContaining(signal) })
    expect(errors[reason.name].exitCode).toBe(128 + constants.signals[signal])
  })

  test('by the server is not in a hurry; by the end of the lifetime it is', () => {
    expect(killReason(5)).toMatchObject({ name: 'PANDAKILL', hurry: false })
    expect(lifetimeReason(60, 5)).toMatchObject({
      name: 'REACHEDMAXTIME',
      hurry: true,
      text: expect.stringContaining('60 s'),
    })
  })

  test('is the decisive finding of a job, in the phase and at the time it came', () => {
    const reasons = [...signals.map((signal) => signalReason(signal, 7)), killReason(7), lifetimeReason(1, 7)]
    fc.assert(
      fc.property(fc.constantFrom(...reasons), fc.constantFrom(...phases), (reason, phase) => {
        const finding = stopFinding(reason, phase)
        expect(finding).toMatchObject({ name: reason.name, detail: reason.text, phase, at: 7 })
        expect(errorOf(finding).severity).toBe('decisive')
      }),
    )
  })
})
