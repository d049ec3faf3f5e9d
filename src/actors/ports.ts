import type { PilotDatabase } from '../database/port.ts'
import type { Experiment } from '../experiments/port.ts'
import type { Clock, DebugCommands, Disk, Entropy, Files, Processes } from '../host/port.ts'
import type { Information } from '../information/port.ts'
import type { Assignment } from '../job/assignment.ts'
import type { PandaId } from '../job/ids.ts'
import type { QueueData } from '../job/queue-data.ts'
import type { LiveView, Log } from '../observe/port.ts'
import type { CredentialWatch } from '../server/credential-watch-port.ts'
import type { JobServer } from '../server/port.ts'
import type { Copytool, Downloads, TransferPlanner } from '../storage/port.ts'
import type { Workers } from '../workers/port.ts'
import type { PilotSettings } from './settings.ts'

/** Everything outside the charts, by its port. The real ones are made in `main.ts`, fakes in tests and simulation. */
export interface Ports {
  readonly settings: PilotSettings
  readonly information: Information
  /** The server as this queue's pilot talks to it; called once. */
  readonly connect: (queue: QueueData) => JobServer
  /** The pilot's own proxy and token. */
  readonly credentials: CredentialWatch
  readonly planner: TransferPlanner
  readonly copytools: ReadonlyMap<string, Copytool>
  readonly downloads: Downloads
  readonly workers: Workers
  readonly processes: Processes
  readonly debugCommands: DebugCommands
  readonly disk: Disk
  readonly files: Files
  /** The directory to which `mv` brings outputs, for its output.list. */
  readonly outputFiles: Files
  /** Tells the wrapper which job runs here (pandaIDs.out); failures are its own. */
  readonly notePandaId: (id: PandaId) => Promise<void>
  readonly database: PilotDatabase
  readonly experiment: Experiment
  /** The payload's whole environment: nothing else is inherited. */
  readonly payloadEnvironment: (assignment: Assignment, own: Readonly<Record<string, string>>) => Record<string, string>
  readonly clock: Clock
  readonly entropy: Entropy
  readonly log: Log
  readonly live: LiveView
}

/** What a job's bodies use; the server is known by then. */
export interface JobPorts extends Ports {
  readonly server: JobServer
}
