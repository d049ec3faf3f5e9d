import type { DialectName } from '../../src/standin/dialect.ts'
import { type JobCall, jobCalls } from './calls.ts'
import { answerFaults, cut, type Fault, outageFaults } from './faults.ts'

/** One run of a pilot: one fault at one call, so many times, then a server that behaves. */
export interface Planned {
  readonly fault: Fault
  readonly call: JobCall
  readonly dialect: DialectName
  readonly times: number
  /** What the payload ends with by itself. */
  readonly exitCode: number
}

export const dialects = ['v1', 'legacy'] as const satisfies readonly DialectName[]

/** Where a whole process gets an answer cut: so many positions over the length of the answer. */
const cutPositions = 20

/** The calls whose answers carry something that can be misread. */
const weighty = ['acquire', 'update final'] as const satisfies readonly JobCall[]

/** Every fault at every call in both dialects, once; the calls of the job three times; cuts all along the weighty answers. */
export function planAll(): Planned[] {
  const rows: Planned[] = []
  const add = (fault: Fault, call: JobCall, dialect: DialectName, times: number): void => {
    rows.push({ fault, call, dialect, times, exitCode: rows.length % 2 === 0 ? 0 : 3 })
  }
  for (const [index, fault] of [...answerFaults, ...outageFaults].entries()) {
    for (const [place, call] of jobCalls.entries()) {
      for (const dialect of dialects) add(fault, call, dialect, 1)
      const turn = dialects[(index + place) % 2] ?? 'v1'
      if (!call.startsWith('worker')) add(fault, call, turn, 3)
    }
  }
  for (let position = 0; position < cutPositions; position += 1) {
    const at = (length: number) => Math.floor((length * position) / cutPositions)
    for (const [place, call] of weighty.entries()) {
      add(cut(`cut at ${position}/${cutPositions}`, at), call, dialects[(position + place) % 2] ?? 'v1', 1)
    }
  }
  return rows
}
