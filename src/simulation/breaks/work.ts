import { dataActor } from '../../actors/data.ts'
import { jobActor } from '../../actors/job.ts'
import { payloadActor } from '../../actors/payload.ts'
import type { JobPorts } from '../../actors/ports.ts'
import { transferActor } from '../../actors/transfer.ts'
import { measureOutput } from '../../actors/transfer-verify.ts'
import type { MeasureStep, VerifyStep } from '../../job/transfer.ts'
import { task } from '../../machines/task.ts'
import { type Break, inJob, inPorts } from './break.ts'

/** Bugs in what is done on the node: payloads and files. */
export const workBreaks: readonly Break[] = [
  inPorts('exit code ignored', 'a payload that failed is taken for a good one', () => (ports) => ({
    ...ports,
    experiment: { ...ports.experiment, diagnose: () => [] },
  })),
  inJob('unverified output', 'what was stored is not compared with what was sent', (ports) =>
    withTransfer(ports, {
      actors: {
        verify: task(async ({ measured, copy }): Promise<VerifyStep> => {
          const { size = 0, adler32 = '' } = measured ?? copy.remote
          return { kind: 'verified', file: { size, adler32 } }
        }),
      },
    }),
  ),
  inJob('missing output is fine', 'an output that the payload did not write is left out', (ports) =>
    withTransfer(ports, {
      actors: {
        measure: task(async (order, signal): Promise<MeasureStep> => {
          const step = await measureOutput(ports, order, signal)
          return step.kind === 'failed' ? { kind: 'absent' } : step
        }),
      },
    }),
  ),
  inJob('transfers tried for ever', 'a file that fails is tried again and again', (ports) =>
    withTransfer(ports, { guards: { mayTryAgain: () => true } }),
  ),
  inJob('no KILL after TERM', 'a payload that does not heed TERM is left alone', (ports) =>
    withPayload(ports, { actors: { kill: task(async () => 0) } }),
  ),
  inJob('daemons left behind', 'what the payload left running is not looked for', (ports) =>
    withPayload(ports, { actors: { sweep: task(async () => 0) } }),
  ),
  inPorts('payload not taken back', 'a payload that an earlier process started counts as lost', () => (ports) => {
    const own = new Set<string>()
    const { processes } = ports
    return {
      ...ports,
      processes: {
        ...processes,
        launch(command) {
          own.add(command.cookie)
          return processes.launch(command)
        },
        ended: (identity, statusFile, signal) =>
          own.has(identity.cookie)
            ? processes.ended(identity, statusFile, signal)
            : Promise.resolve({ kind: 'lost', text: 'it is not ours' }),
      },
    }
  }),
  inPorts('signal to a stranger', 'a process is signalled by its number alone', () => (ports) => ({
    ...ports,
    processes: {
      ...ports.processes,
      signalTree: (identity, signal) => ports.processes.signalTree({ ...identity, cookie: '' }, signal),
    },
  })),
  inPorts('file outside', 'the catalogue of the inputs is written beside the work directory', () => (ports) => ({
    ...ports,
    files: {
      ...ports.files,
      write: (path, text, mode) => ports.files.write(path.replace(/^.*\/(?=PoolFileCatalog)/, '/tmp/'), text, mode),
    },
  })),
]

function withTransfer(
  ports: JobPorts,
  patch: Parameters<ReturnType<typeof transferActor>['provide']>[0],
): ReturnType<typeof jobActor> {
  const data = dataActor(ports).provide({ actors: { transfer: transferActor(ports).provide(patch) } })
  return jobActor(ports).provide({ actors: { data } })
}

function withPayload(
  ports: JobPorts,
  patch: Parameters<ReturnType<typeof payloadActor>['provide']>[0],
): ReturnType<typeof jobActor> {
  return jobActor(ports).provide({ actors: { payload: payloadActor(ports).provide(patch) } })
}
