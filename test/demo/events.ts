import { readFileSync } from 'node:fs'
import type { DemoEvent, SeenEvent } from '../../src/cli/demo-events.ts'
import { type DemoView, emptyView, step } from '../../src/cli/demo-view.ts'

/** Rows, masses of the pairs (GeV, muon mass neglected) and whether their charges differ, read without the transform. */
export function readPairs(bytes: Uint8Array): { mass: number; opposite: boolean }[] {
  const header = JSON.parse(Buffer.from(bytes.subarray(0, 256)).toString()) as { rows: number }
  const { rows } = header
  const view = new DataView(bytes.buffer, bytes.byteOffset + 256)
  const float = (column: number, row: number) => view.getFloat32(4 * (column * rows + row), true)
  const charge = (column: number, row: number) => view.getInt8(24 * rows + column * rows + row)
  return Array.from({ length: rows }, (_, row) => {
    const angle = Math.cosh(float(1, row) - float(4, row)) - Math.cos(float(2, row) - float(5, row))
    return {
      mass: Math.sqrt(2 * float(0, row) * float(3, row) * angle),
      opposite: charge(0, row) === -charge(1, row),
    }
  })
}

export const jobOne = { pandaId: 4001, attemptNr: 1 }

/** A view with one job after these events. */
export function viewAfter(...events: readonly DemoEvent[]): DemoView {
  const job = { pandaId: 4001, title: 'one table', about: '' }
  return [{ type: 'demo.job', at: 0, job } as const, ...events].reduce(step, emptyView(0))
}

export function phase(name: Extract<SeenEvent, { type: 'job.phase' }>['phase'], at: number): SeenEvent {
  return { type: 'job.phase', at, ...jobOne, phase: name }
}

export function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'))
}
