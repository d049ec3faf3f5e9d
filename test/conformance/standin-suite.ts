import { afterAll, expect, it } from 'vitest'
import { differences, findDifference } from './differences.ts'
import { noSamples, type RecordedAnswer, type Recording } from './standin-recordings.ts'

const counts = { equal: 0, different: 0 }

/** Without recordings a suite skips, and fails where real material is required. Call once in a file. */
export function needSamples(): void {
  if (noSamples !== null && process.env.PILOT_REAL_TOOLS === 'required') {
    it('the recordings are there', () => expect.fail(noSamples ?? ''))
  }
  afterAll(() => {
    if (noSamples !== null) return
    process.stdout.write(`  equal to the recorded answers: ${counts.equal}, known differences: ${counts.different}\n`)
  })
}

/** Compares an answer with the recorded one; a listed difference must be one. */
export function report(folder: string, recording: Recording, answer: RecordedAnswer): void {
  const known = findDifference(differences, folder, recording.name)
  if (known === undefined) {
    expect(compared(answer)).toEqual(compared(recording.answer))
    counts.equal += 1
    return
  }
  expect(compared(answer), `${recording.name} is equal now: take it out of the list`).not.toEqual(
    compared(recording.answer),
  )
  expect(answer.statusLine).toBe(recording.answer.statusLine)
  counts.different += 1
}

function compared({ statusLine, contentType, body }: RecordedAnswer) {
  return { statusLine, contentType, body }
}
