import { join } from 'node:path'
import { secretsOfAddress } from '../job/address.ts'
import { createLog } from '../observe/log.ts'
import type { Configuration } from './configuration.ts'

/** pilotlog.txt in the pilot's directory, the same lines on stderr or where `--redirect-stdout` says. `keep`: continue the file. */
export function openPilotLog(
  configuration: Configuration,
  directory: string,
  keep: boolean,
): ReturnType<typeof createLog> {
  const { noPilotLog, redirectStdout, debug } = configuration
  return createLog({
    keep,
    file: noPilotLog ? undefined : join(directory, 'pilotlog.txt'),
    show: redirectStdout === '' ? 'stderr' : { file: redirectStdout },
    debug,
    secrets: addressesOf(configuration).flatMap(secretsOfAddress),
  })
}

/** Every address that may carry a password, proxies of the network included. */
function addressesOf({ url, queueDataUrl, storageDataUrl, baseUrls }: Configuration): readonly string[] {
  const proxies = ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY'].map((name) => process.env[name] ?? '')
  return [url, queueDataUrl, storageDataUrl, ...baseUrls, ...proxies]
}
