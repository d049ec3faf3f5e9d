import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ErrorName, errors, type Severity } from '../../src/job/error-table.ts'
import { errorName, errorOf, type Finding, internalProblem, primary, reportedError } from '../../src/job/errors.ts'
import { phases } from '../../src/job/phases.ts'

const names = Object.keys(errors) as ErrorName[]
const rank: Readonly<Record<Severity, number>> = { decisive: 3, specific: 2, generic: 1, secondary: 0 }

const finding: fc.Arbitrary<Finding> = fc.record({
  name: fc.constantFrom(...names),
  detail: fc.string({ maxLength: 700 }),
  phase: fc.constantFrom(...phases),
  at: fc.nat(1000),
  origin: fc.constant('test'),
})
const found = fc.array(finding, { minLength: 1, maxLength: 12 })

const severityOf = (one: Finding): number => rank[errorOf(one).severity]

describe('the finding that is reported', () => {
  test('is one of those there were, the most severe, and of those the first in time', () => {
    fc.assert(
      fc.property(found, (findings) => {
        const chosen = primary(findings)
        if (chosen === undefined) throw new Error('nothing was chosen')
        expect(findings).toContain(chosen)
        for (const other of findings) {
          expect(severityOf(other)).toBeLessThanOrEqual(severityOf(chosen))
          if (severityOf(other) === severityOf(chosen)) expect(chosen.at).toBeLessThanOrEqual(other.at)
        }
      }),
    )
  })

  test('does not depend on the order in which they were found, as long as their times differ', () => {
    fc.assert(
      fc.property(found, (findings) => {
        const apart = findings.map((one, index) => ({ ...one, at: index }))
        expect(primary([...apart].reverse())).toEqual(primary(apart))
      }),
    )
  })

  test('is there exactly when something was found', () => {
    expect(primary([])).toBeUndefined()
  })

  test('is never 1305 while something specific is known, and a kill order is not hidden by what the payload died of', () => {
    const at = (name: ErrorName, time: number): Finding => ({
      name,
      detail: '',
      phase: 'payload',
      at: time,
      origin: 'test',
    })
    const generic = at('PAYLOADEXECUTIONFAILURE', 1)
    expect(primary([generic, at('PAYLOADOUTOFMEMORY', 2)])?.name).toBe('PAYLOADOUTOFMEMORY')
    expect(primary([generic, at('COREDUMP', 2), at('PANDAKILL', 3)])?.name).toBe('PANDAKILL')
    expect(primary([at('NOPAYLOADMETADATA', 0), generic])?.name).toBe('PAYLOADEXECUTIONFAILURE')
  })
})

describe('what the server is told of a finding', () => {
  test('is the code of the table and at most 500 characters that begin with its text', () => {
    fc.assert(
      fc.property(finding, (one) => {
        const { code, text } = reportedError(one)
        expect(code).toBe(errors[one.name].code)
        expect(text.length).toBeLessThanOrEqual(500)
        expect(text.startsWith(errors[one.name].text)).toBe(true)
      }),
    )
  })
})

describe('the table of errors', () => {
  test('has every code once, so that a code finds its name', () => {
    for (const name of names) expect(errorName(errors[name].code)).toBe(name)
    expect(errorName(9999)).toBeUndefined()
  })
})

describe('a bug of ours', () => {
  test('becomes a finding whatever was thrown', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withSparseArray: true, withBigInt: true }), (thrown) => {
        expect(internalProblem('payload', thrown)).toMatchObject({ name: 'INTERNALPILOTPROBLEM', phase: 'payload' })
      }),
    )
  })

  test('keeps the message of the error', () => {
    expect(internalProblem('log', new Error('no such door')).detail).toBe('no such door')
    expect(internalProblem('log', 'plain').detail).toBe('plain')
  })
})
