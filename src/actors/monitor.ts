import { addSample, addWorkDirSize, useOf } from '../job/resource-meter.ts'
import { type CheckRound, monitorMachine } from '../machines/monitor.ts'
import { task } from '../machines/task.ts'
import { checkCredentials, checkDisk, checkOutputs, checkWalltime, checkWorkDir } from './checks.ts'
import type { JobPorts } from './ports.ts'

export function monitorActor(ports: JobPorts) {
  const { processes, clock } = ports
  return monitorMachine.provide({
    actors: {
      check: task(async ({ assignment, identity, watchedSince, meter: before }): Promise<CheckRound> => {
        const sample = identity === undefined ? undefined : await processes.sample(identity)
        const size = await checkWorkDir(ports, assignment)
        const findings = [
          ...size.findings,
          ...(await checkCredentials(ports)),
          ...(await checkDisk(ports, assignment)),
          ...(await checkOutputs(ports, assignment)),
          ...checkWalltime(ports, assignment),
        ]
        const sampled = sample === undefined ? before : addSample(before, sample)
        const meter = size.bytes === undefined ? sampled : addWorkDirSize(sampled, size.bytes)
        const wallSeconds = watchedSince === undefined ? 0 : (clock.now() - watchedSince) / 1000
        return { meter, use: useOf(meter, wallSeconds), findings }
      }),
    },
  })
}
