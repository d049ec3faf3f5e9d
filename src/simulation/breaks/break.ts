import type { jobActor } from '../../actors/job.ts'
import { pilotActor } from '../../actors/pilot.ts'
import type { JobPorts, Ports } from '../../actors/ports.ts'
import type { JobUpdate } from '../../job/update.ts'
import type { JobServer, UpdateAnswer } from '../../server/port.ts'
import type { MakePilot } from '../world.ts'

/** A bug that is known, put into production code on purpose: the promises must find it. */
export interface Break {
  readonly name: string
  /** What the pilot does wrong, a sentence. */
  readonly what: string
  /** The pilots of one history; what they remember of each other, they remember here. */
  readonly inject: () => MakePilot
}

/** A bug that sits between the actors and their ports. */
export function inPorts(name: string, what: string, wrap: () => (ports: Ports) => Ports): Break {
  return {
    name,
    what,
    inject: () => {
      const wrapped = wrap()
      return (ports) => pilotActor(wrapped(ports))
    },
  }
}

/** A bug in the charts of a job: `patch` makes the broken job of the ports. */
export function inJob(name: string, what: string, patch: (ports: JobPorts) => ReturnType<typeof jobActor>): Break {
  return {
    name,
    what,
    inject: () => (ports) => {
      let server: JobServer | undefined
      const held: Ports = {
        ...ports,
        connect(queue) {
          server = ports.connect(queue)
          return server
        },
      }
      const nobody = { kind: 'unknown', text: 'not connected' } as const
      const late: JobServer = {
        acquire: async (request, signal) => server?.acquire(request, signal) ?? nobody,
        update: async (update, signal) => server?.update(update, signal) ?? nobody,
        workerStatus: async (status, signal) => server?.workerStatus(status, signal) ?? nobody,
        jobStatus: async (ids, signal) => server?.jobStatus(ids, signal),
        close: async () => server?.close(),
      }
      return pilotActor(held).provide({ actors: { job: patch({ ...held, server: late }) } })
    },
  }
}

type Send = (update: JobUpdate, signal?: AbortSignal) => Promise<UpdateAnswer>

/** A bug in how updates go out: `change` gets the true way to send. */
export function inUpdates(name: string, what: string, change: () => (send: Send) => Send): Break {
  return inPorts(name, what, () => {
    const changed = change()
    return (ports) => ({
      ...ports,
      connect(queue) {
        const server = ports.connect(queue)
        return { ...server, update: changed((update, signal) => server.update(update, signal)) }
      },
    })
  })
}
