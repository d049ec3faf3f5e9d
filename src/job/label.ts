/**
 * The prodSourceLabel to ask for (contracts/pilot-core.md 2.4): the version tag may turn the option's label into a test
 * label, and a queue in test takes only test jobs.
 */
export function labelFor(label: string, versionTag: string, queueStatus: string): string {
  if (versionTag === 'RC' && (label === 'rc_test2' || label === 'ptest')) return label
  if (versionTag === 'RCM' && label === 'ptest') return 'rcm_test2'
  if (versionTag === 'ALRB') return 'rc_alrb'
  if (queueStatus === 'test' && label !== 'ptest') return 'test'
  return label
}
