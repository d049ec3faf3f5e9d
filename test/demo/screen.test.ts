import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { parseSeen, type SeenEvent } from '../../src/cli/demo-events.ts'
import { createScreen, panel } from '../../src/cli/demo-screen.ts'
import { emptyView, phaseSeconds } from '../../src/cli/demo-view.ts'
import { bytesText, sentenceOf } from '../../src/cli/demo-words.ts'
import type { LiveEvent } from '../../src/job/live-event.ts'
import { jobOne, phase, viewAfter } from './events.ts'

const transfer = { type: 'transfer.progress', ...jobOne, direction: 'in', lfn: 'muons.1.table', size: 1000 } as const
const panelText = (...parameters: Parameters<typeof panel>) =>
  panel(...parameters).map((spans) => spans.map(({ text }) => text).join(''))
const heard = (asked: string, before: 'sent' | 'running', after: 'running' | 'holding', at = 0) =>
  ({ type: 'server', at, event: { at, call: 'update', PandaID: 4001, asked, before, after, answer: 'NULL' } }) as const

test('every event a pilot tells is understood by the demo', () => {
  // The types are the proof: an event that the pilot learns to tell and the demo does not know stops the compiler.
  const understood: (event: LiveEvent) => SeenEvent = (event) => event
  const event = understood({ type: 'pilot.ended', at: 1, exitCode: 0, text: 'no more jobs' })
  expect(parseSeen(JSON.stringify(event))).toEqual(event)
})

test.each(['', 'no JSON', '{"type":"unheard.of"}', '{"type":"job.phase","at":1}', '[]'])('%j tells nothing', (line) => {
  expect(parseSeen(line)).toBeUndefined()
})

test('the time of a phase ends when the next one begins; the last one goes on', () => {
  const view = viewAfter(phase('preparing', 1000), phase('stage-in', 1500), phase('payload', 4000))
  const [job] = view.jobs
  expect(job && phaseSeconds(job, 6000)).toEqual({ preparing: 0.5, 'stage-in': 2.5, payload: 2 })
})

test('a closed job spends no more time', () => {
  const [job] = viewAfter(phase('cleaning', 1000), phase('closed', 1200)).jobs
  expect(job && phaseSeconds(job, 99_000)).toEqual({ cleaning: 0.2 })
})

test('the panel shows where a job is and what it moves', () => {
  const view = viewAfter(phase('stage-in', 0), { ...transfer, at: 1, bytes: 500 })
  const [, job, file] = panelText(view, 2000)
  expect(job).toContain('● in · payload · out · log · report activated')
  expect(file).toContain(`${'━'.repeat(15)}${'─'.repeat(15)}  500 B of 1.0 kB`)
})

test('a failed payload is marked, and what it made impossible too', () => {
  const end = { kind: 'exited', exitCode: 65 } as const
  const failed = viewAfter(
    phase('stage-in', 0),
    phase('payload', 1),
    { type: 'payload.ended', at: 2, ...jobOne, end },
    phase('log', 3),
    phase('reporting', 4),
    phase('cleaning', 5),
    phase('closed', 6),
  )
  expect(panelText(failed, 7)[1]).toContain('✔ in ✘ payload – out ✔ log ✔ report')
})

test('a file that arrived leaves the panel', () => {
  const { size, direction, lfn } = transfer
  const arrived = { type: 'transfer.ended', at: 2, ...jobOne, direction, lfn, size, result: 'stored' } as const
  expect(panelText(viewAfter({ ...transfer, at: 1, bytes: 500 }, arrived), 3)).toHaveLength(2)
})

test('lines of the panel fit a terminal of 80 columns', () => {
  const view = viewAfter(phase('stage-in', 0), phase('closed', 999_900))
  const [job] = view.jobs
  const long = { ...view, jobs: job ? [{ ...job, title: 'a truncated table', serverState: 'activated' as const }] : [] }
  for (const line of panelText(long, 0)) expect([...line].length).toBeLessThan(80)
})

test('heartbeats are counted, and the last report is none', () => {
  const first = heard('running', 'sent', 'running')
  expect(sentenceOf(first, viewAfter())?.text).toBe('♥ heartbeat 1 “running”: at the server sent → running')
  const last = heard('finished', 'running', 'holding')
  expect(sentenceOf(last, viewAfter(first))?.text).toBe('♥ final report “finished”: at the server running → holding')
})

test('progress is told once a quarter', () => {
  const told = [100, 300, 400, 600, 1000].map((bytes, index, all) => {
    const before = all.slice(0, index).map((earlier) => ({ ...transfer, at: 0, bytes: earlier }))
    return sentenceOf({ ...transfer, at: 1, bytes }, viewAfter(...before))?.text
  })
  expect(told).toEqual([undefined, '  ↓ muons.1.table 25 %', undefined, '  ↓ muons.1.table 50 %', undefined])
})

test('without a terminal every happening is one plain line', () => {
  const written: string[] = []
  const stream = new Writable({ write: (chunk, _, done) => done(void written.push(String(chunk))) })
  const screen = createScreen(stream, () => 0)
  screen.say({ who: '4001', text: 'staging in', tone: 'plain' }, 1500, emptyView(0))
  screen.refresh(viewAfter())
  screen.end()
  expect(written).toEqual(['   1.50 s  4001    staging in\n'])
})

test.each([
  [999, '999 B'],
  [8496, '8.5 kB'],
  [26_000_256, '26.0 MB'],
])('%d bytes are written %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text)
})
