import { withoutUser } from '../job/address.ts'
import type { QueueData } from '../job/queue-data.ts'

/** What the environment of a payload says about the pilot that runs it. */
export interface PilotConstants {
  readonly version: string
  readonly experiment: string
  readonly directory: string
  readonly sourceDirectory: string
  readonly outputDirectory: string
  readonly serverUrl: string
  readonly queueDataUrl: string
  readonly storageDataUrl: string
}

/**
 * The constants of the run under the Python pilot's names (contracts/pilot-core.md 1.3, "written by the core"). The rest
 * of that table was the old pilot's state store and is not given to anybody.
 */
export function pilotEnvironment(
  constants: PilotConstants,
  queue: Pick<QueueData, 'resource' | 'site'>,
): Record<string, string> {
  const all: Record<string, string> = {
    PILOT_VERSION: constants.version,
    PILOT_USER: constants.experiment,
    PILOT_HOME: constants.directory,
    PILOT_WORK_DIR: constants.directory,
    PILOT_SOURCE_DIR: constants.sourceDirectory,
    PILOT_OUTPUT_DIR: constants.outputDirectory,
    PILOT_SITENAME: queue.resource,
    PILOT_RUCIO_SITENAME: queue.site,
    PANDA_SERVER_URL: withoutUser(constants.serverUrl),
    QUEUEDATA_SERVER_URL: withoutUser(constants.queueDataUrl),
    STORAGEDATA_SERVER_URL: withoutUser(constants.storageDataUrl),
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''))
}
