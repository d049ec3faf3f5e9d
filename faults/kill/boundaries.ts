import { basename } from 'node:path'
import type { Ports } from '../../src/actors/ports.ts'
import type { JobKey } from '../../src/job/ids.ts'
import type { JobRecord } from '../../src/job/record.ts'
import type { JobUpdate } from '../../src/job/update.ts'

/** Called at every effect boundary: before an asynchronous call of a port starts, and after it ended. */
export type Reach = (boundary: string) => void

/** Told when a record is in PilotDB. */
export type Recorded = (job: JobKey, record: JobRecord) => void

type Effect = (...parameters: never[]) => Promise<unknown>
type EffectNames<Port> = { [Name in keyof Port]: Port[Name] extends Effect ? Name : never }[keyof Port]
type Describe = (parameters: readonly unknown[]) => string

/** The same ports with a boundary around every effect; what is pure, or only shown, has none. */
export function withBoundaries(ports: Ports, reach: Reach, recorded: Recorded): Ports {
  const file: Describe = ([path]) => basename(String(path))
  const around = <Port extends object>(
    name: string,
    port: Port,
    effects: readonly EffectNames<Port>[],
    say: Describe,
  ) => aroundEffects(name, port, effects as readonly string[], say, reach)
  return {
    ...ports,
    information: around('information', ports.information, ['queue', 'endpoints'], nothing),
    connect: (queue) =>
      around('server', ports.connect(queue), ['acquire', 'update', 'workerStatus', 'jobStatus'], stateOf),
    copytools: new Map([...ports.copytools].map(([name, tool]) => [name, around(name, tool, ['copy'], directionOf)])),
    downloads: around('downloads', ports.downloads, ['fetch'], file),
    workers: around('workers', ports.workers, ['measure', 'readJobReport', 'archive'], (parameters) =>
      typeof parameters[0] === 'string' ? file(parameters) : '',
    ),
    processes: around(
      'processes',
      ports.processes,
      ['launch', 'find', 'ended', 'signalTree', 'survivors', 'sample'],
      nothing,
    ),
    disk: around('disk', ports.disk, ['freeSpace', 'directorySize', 'fileSize'], nothing),
    files: around(
      'files',
      ports.files,
      ['createDirectory', 'removeDirectory', 'removeFile', 'write', 'exists', 'readEnd', 'makeExecutable', 'append'],
      file,
    ),
    outputFiles: around('outputs', ports.outputFiles, ['append'], file),
    notePandaId: async (id) => {
      reach('notePandaId before')
      await ports.notePandaId(id)
      reach('notePandaId after')
    },
    database: {
      ...ports.database,
      async write(key, record, durability) {
        const name = `database.write ${kindOf(record)}`
        reach(`${name} before`)
        const written = await ports.database.write(key, record, durability)
        recorded(key, record)
        reach(`${name} after`)
        return written
      },
    },
  }
}

function aroundEffects<Port extends object>(
  name: string,
  port: Port,
  effects: readonly string[],
  say: Describe,
  reach: Reach,
): Port {
  return new Proxy(port, {
    get(target, property, receiver) {
      const value: unknown = Reflect.get(target, property, receiver)
      if (typeof value !== 'function' || typeof property !== 'string' || !effects.includes(property)) return value
      return async (...parameters: unknown[]) => {
        const boundary = [`${name}.${property}`, say(parameters)].join(' ').trim()
        reach(`${boundary} before`)
        const result: unknown = await Reflect.apply(value, target, parameters)
        reach(`${boundary} after`)
        return result
      }
    },
  })
}

function nothing(): string {
  return ''
}

function stateOf([first]: readonly unknown[]): string {
  const { state } = (first ?? {}) as Partial<JobUpdate>
  return state ?? ''
}

function directionOf([order]: readonly unknown[]): string {
  const { direction, lfn } = order as { readonly direction: string; readonly lfn: string }
  return `${direction} ${lfn}`
}

function kindOf(record: JobRecord): string {
  switch (record.kind) {
    case 'phase':
      return `phase ${record.phase}`
    case 'transfer':
      return `transfer ${record.lfn} ${record.state.kind}`
    case 'message':
      return `message ${record.update.state}`
    default:
      return record.kind
  }
}
