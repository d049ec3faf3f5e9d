import { emptyOutbox } from '../../src/job/outbox.ts'
import { type Delivery, reporterMachine } from '../../src/machines/reporter.ts'
import { assignment, finalWith, finding, heartbeat } from './examples.ts'
import { lastMove } from './history.ts'
import { answers, walk } from './walk.ts'

export const walkedReporter = walk({
  machine: reporterMachine,
  starts: { job: { assignment } },
  messages: {
    heartbeat: { type: 'reporter.send', update: heartbeat('running') },
    final: { type: 'reporter.send', update: finalWith() },
    hurry: { type: 'reporter.hurry' },
    'give up': { type: 'reporter.giveUp' },
  },
  children: {
    recall: answers({
      nothing: emptyOutbox,
      'a final': { nextId: 8, waiting: [{ id: 7, update: finalWith(finding('SIGTERM')) }] },
    }),
    record: answers({ recorded: undefined }),
    send: answers({
      accepted: { kind: 'accepted', commands: [{ name: 'debug' }], at: 5000 } satisfies Delivery,
      refused: { kind: 'refused', text: 'no such job', pause: 1000 } satisfies Delivery,
      unknown: { kind: 'unknown', text: 'no answer', pause: 2000 } satisfies Delivery,
    }),
    note: answers({ noted: undefined }),
  },
  tellsApart: ({ outbox, current, last, hurry }) => [
    hurry,
    outbox.waiting.map(({ update }) => update.state),
    current?.update.state,
    outbox.waiting[0]?.id === current?.id,
    last?.kind,
  ],
  remembers: (path) => [lastMove(path, 'heartbeat'), lastMove(path, 'heartbeat', 'final')],
})
