import type { JobRecord } from '../../job/record.ts'

/**
 * What an effect waits for. `server`, `payload-end` and `peek` are answered only by a record that says how they ended;
 * those of a `transfer` for a record of its file (`subject`: the LFN); those of the `job` for any record; a `check` when
 * a record shows what was found.
 */
export type Waiting = 'job' | 'transfer' | 'payload-end' | 'server' | 'peek' | 'check'

/** A call of a port that was not answered yet. */
export interface Effect {
  readonly waiting: Waiting
  readonly subject: string
  /** `fact`: the record that the answer is to bring about; undefined when none is recorded. */
  readonly answer: (fact: JobRecord | undefined) => void
}

/** The calls that wait for their answer, oldest first. */
export class Effects {
  readonly #waiting: Effect[] = []

  /** A call whose answer is made when it is given; an answer that throws rejects the call. */
  ask<T>(waiting: Waiting, subject: string, answer: (fact: JobRecord | undefined) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const effect: Effect = {
        waiting,
        subject,
        answer: (fact) => {
          this.#waiting.splice(this.#waiting.indexOf(effect), 1)
          try {
            resolve(answer(fact))
          } catch (error) {
            reject(error)
          }
        },
      }
      this.#waiting.push(effect)
    })
  }

  find(waiting: Waiting, subject?: string): Effect | undefined {
    return this.#waiting.find((one) => one.waiting === waiting && (subject === undefined || one.subject === subject))
  }
}
