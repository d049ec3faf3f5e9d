import { jobKey } from '../job/ids.ts'
import type { Happening } from './happening.ts'
import { type RunOptions, runHistory } from './history.ts'
import type { Scenario } from './scenario.ts'

/** The history of a scenario as a Mermaid sequence diagram, ending with the promises it breaks. */
export async function sequenceDiagram(scenario: Scenario, options: RunOptions = {}): Promise<string> {
  const lines: string[] = []
  const { breaches } = await runHistory(scenario, {
    ...options,
    onHappening: (happening, at) => lines.push(...arrowsOf(happening).map((arrow) => withTime(arrow, at))),
  })
  const pilots = scenario.pilots.map((_, pilot) => `participant pilot${pilot}`)
  const broken = breaches.map(({ promise, at, text }) =>
    withTime(`note over server: broken: ${promise}: ${clean(text)}`, at),
  )
  return ['sequenceDiagram', 'participant server', ...pilots, 'participant storage', ...lines, ...broken].join('\n  ')
}

/** Seconds since the start of the world before the text. */
function withTime(arrow: string, at: number): string {
  return arrow.replace(': ', `: ${(at / 1000).toFixed(1)} s `)
}

function arrowsOf(happening: Happening): readonly string[] {
  switch (happening.type) {
    case 'pilot.born':
      return [`note over pilot${happening.pilot}: process ${happening.life} begins`]
    case 'pilot.died':
      return [`note over pilot${happening.pilot}: ${happening.how}${happening.restart ? '' : ' for good'}`]
    case 'pilot.told':
      return [`note over pilot${happening.pilot}: ${happening.signal}`]
    case 'pilot.left':
      return [`note over pilot${happening.pilot}: leaves ${clean(happening.text)}`]
    case 'fault':
      return [`note over server: ${clean(JSON.stringify(happening.fault))}`]
    case 'job.requested':
      return [`pilot${happening.pilot}->>server: asks for a job`]
    case 'job.handedOver':
      return [`server->>pilot${happening.pilot}: hands over ${happening.key}`]
    case 'records.lost':
      return [`note over pilot${happening.pilot}: ${happening.records.map(({ kind }) => kind).join(', ')} lost`]
    case 'record.written': {
      const { pilot, key, record, kept } = happening
      const detail =
        record.kind === 'phase'
          ? ` ${record.phase}`
          : record.kind === 'transfer'
            ? ` ${record.lfn} ${record.state.kind}`
            : ''
      return [`pilot${pilot}->>pilot${pilot}: ${kept ? '' : 'not kept '}${key} ${record.kind}${detail}`]
    }
    case 'update.sent':
      return [`pilot${happening.pilot}->>server: ${jobKey(happening.update)} ${happening.update.state}`]
    case 'update.heard':
      return [
        `note over server: hears ${jobKey(happening.update)} ${happening.update.state}, says ${clean(happening.command)}`,
      ]
    case 'update.answered':
      return [`server-->>pilot${happening.pilot}: ${happening.answer} ${happening.commands.join(' ')}`]
    case 'copy.started':
      return [`pilot${happening.pilot}->>storage: ${happening.direction} ${happening.lfn}`]
    case 'copy.ended':
      return [`storage-->>pilot${happening.pilot}: ${happening.lfn} over`]
    case 'payload.launched':
      return [`note over pilot${happening.pilot}: payload of ${happening.key} starts`]
    case 'payload.ended':
      return [
        `note over pilot${happening.pilot}: payload of ${happening.key} ended ${clean(JSON.stringify(happening.truth.end))}`,
      ]
    case 'signal.sent':
      return [`note over pilot${happening.pilot}: ${happening.signal} to ${happening.key ?? 'a stranger'}`]
    case 'job.settled':
      return [`note over server: ${happening.key} is ${happening.outcome} by ${happening.by}`]
    case 'file.changed':
      return []
  }
}

/** Mermaid ends a text at a semicolon and takes a hash for the start of an entity. */
function clean(text: string): string {
  return text.replace(/[;#"{}]/g, ' ').trim()
}
