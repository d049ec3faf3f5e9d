import { describe, expect, test } from 'vitest'
import { replay } from '../../../src/simulation/replay/replay.ts'
import { parseSupposition } from '../../../src/simulation/replay/suppose.ts'
import { type Recording, recording } from './recordings.ts'

/** Replays with the fact in place of the first step that fits; resolves to what the job makes of it. */
async function supposing(name: Recording, fact: string, place: (kind: string) => boolean) {
  const whole = await replay(recording(name))
  if (whole.kind === 'refused') throw new Error(whole.text)
  const step = whole.steps.find(({ fact: then }) => then.kind === 'record' && place(then.record.kind))?.nth
  const supposition = parseSupposition(`${fact}@${step}`)
  if (supposition === undefined) throw new Error(`${fact} cannot be read`)
  const result = await replay(recording(name), [], { supposition })
  if (result.kind === 'refused') throw new Error(result.text)
  return { ...result, whole, before: (step ?? 0) - 1 }
}

const payloadEnds = (kind: string) => kind === 'payload-ended'

describe('what if', () => {
  test('the payload of a finished job had ended with 137: 1305, only the log is stored', async () => {
    const { state, steps, whole, before } = await supposing('finished', 'payload.exited:137', payloadEnds)
    expect(state).toMatchObject({ phase: 'closed', delivered: true, outcome: { outcome: 'failed', code: 1305 } })
    expect(state.outcome?.text).toContain('exit code 137')
    expect(state.outcome?.update?.final?.stored.map(({ lfn }) => lfn)).toEqual(['dimuon.4001.job.log.tgz'])
    expect(steps.slice(0, before)).toEqual(whole.steps.slice(0, before))
    expect(steps[before]?.fact.kind).toBe('supposed')
  })

  test('nobody knew how it ended: the failure is said to be unknown', async () => {
    const { state } = await supposing('finished', 'payload.lost', payloadEnds)
    expect(state.outcome?.update?.final).toMatchObject({ pilotError: { code: 1220 } })
  })

  test('SIGTERM had come while it ran: it is ended, 1201', async () => {
    const { state, steps } = await supposing('finished', 'pilot.stop:SIGTERM', payloadEnds)
    expect(state).toMatchObject({ delivered: true, outcome: { outcome: 'failed', code: 1201 } })
    expect(steps.some(({ states }) => states.payload === 'alive.terminating')).toBe(true)
  })

  test('the server had said "tobekilled": 1144', async () => {
    const { state } = await supposing('finished', 'server.says:tobekilled', (kind) => kind === 'acknowledged')
    expect(state.outcome).toMatchObject({ outcome: 'failed', code: 1144 })
  })

  test('an input had not come: no payload is launched', async () => {
    const { state } = await supposing('finished', 'transfer.failed:muons.1.table', (kind) => kind === 'transfer')
    expect(state).toMatchObject({ launching: undefined, outcome: { outcome: 'failed', code: 1099 } })
  })

  test('nothing had happened to a payload that does not run: refused', async () => {
    const supposition = parseSupposition('payload.exited:1@3')
    expect(await replay(recording('finished'), [], supposition && { supposition })).toEqual({
      kind: 'refused',
      text: 'no payload runs before step 3',
    })
  })
})

test.each([
  'payload.exited:137@12',
  'payload.signalled:SIGKILL@1',
  'payload.lost@3',
  'pilot.stop:SIGINT@4',
  'server.says:tobekilled,debug@5',
  'transfer.failed:a:b@c.root@6',
])('%s is read', (text) => {
  expect(parseSupposition(text)).toMatchObject({ text, step: Number(text.split('@').at(-1)) })
})

test.each([
  '',
  'payload.exited:137',
  'payload.exited:256@1',
  'payload.exited@1',
  'payload.lost:x@1',
  'payload.lost@0',
  'pilot.stop:SIGKILL@1',
  'server.says:dance@1',
  'disk.full:1@1',
])('"%s" is no fact', (text) => {
  expect(parseSupposition(text)).toBeUndefined()
})
