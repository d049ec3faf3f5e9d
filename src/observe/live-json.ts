import { writeSync } from 'node:fs'
import type { LiveView } from './port.ts'

/** Every event as one JSON line on stdout, at once; a reader that went away is not missed. */
export function createJsonLiveView(): LiveView {
  let gone = false
  return {
    tell(event) {
      if (gone) return
      try {
        writeSync(1, `${JSON.stringify(event)}\n`)
      } catch (error) {
        gone = (error as NodeJS.ErrnoException).code !== 'EAGAIN'
      }
    },
  }
}

export const noLiveView: LiveView = { tell: () => {} }
