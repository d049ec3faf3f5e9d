/**
 * Names, as patterns, of what a pilot and its helpers write below a job directory (contracts/pilot-core.md 1.5): no log of
 * the payload. `payload.stdout` and `payload.stderr` are not among them.
 */
export const pilotFiles: readonly string[] = [
  'pilot',
  'pilotlog.txt',
  'pilot_heartbeat.json',
  'payload.status',
  'jobReport.reduced.json',
  'PoolFileCatalog.xml',
  'base_trace_report.json',
  'container_script.sh',
  'memory_monitor_*',
  'metadata.xml',
  'my_release_setup.sh',
  'panda_secrets.json',
  '*prmon*',
  '*proxy',
  'remotefileslog*.txt',
  'remotefileverification_dictionary.json',
  'setup.stdout',
  'setup.stderr',
  'stagein_*',
  'stageout_*',
]
