import { appendFileSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One process of a pilot's life. Times in ms since the epoch. */
export interface PilotProcess {
  readonly pid: number
  readonly startedAt: number
}

/** A kill that the process did to itself. */
export interface OwnKill {
  readonly boundary: string
  readonly at: number
}

/**
 * What pilot processes write down for the harness: synchronously, line by line, so that it outlasts any kill. `boundaries`
 * are those that a counting process reached, `recorded` the records that were in PilotDB: `<job key> <kind>`.
 */
export interface KillNotes {
  processes(): readonly PilotProcess[]
  kills(): readonly OwnKill[]
  boundaries(): readonly string[]
  recorded(): readonly string[]
  /** Lines of the payload: `start`, `end`. */
  payload(): readonly string[]
  readonly payloadFile: string
  noteProcess(process: PilotProcess): void
  noteKill(kill: OwnKill): void
  noteBoundary(boundary: string): void
  noteRecorded(record: string): void
}

export function killNotes(directory: string): KillNotes {
  mkdirSync(directory, { recursive: true })
  const lines = (name: string): string[] => {
    try {
      return readFileSync(join(directory, name), 'utf8').split('\n').slice(0, -1)
    } catch {
      return []
    }
  }
  const add = (name: string, line: string): void => appendFileSync(join(directory, name), `${line}\n`)
  return {
    processes: () => lines('processes').map((line) => JSON.parse(line)),
    kills: () => lines('kills').map((line) => JSON.parse(line)),
    boundaries: () => lines('boundaries'),
    recorded: () => lines('recorded'),
    payload: () => lines('payload'),
    payloadFile: join(directory, 'payload'),
    noteProcess: (process) => add('processes', JSON.stringify(process)),
    noteKill: (kill) => add('kills', JSON.stringify(kill)),
    noteBoundary: (boundary) => add('boundaries', boundary),
    noteRecorded: (record) => add('recorded', record),
  }
}
