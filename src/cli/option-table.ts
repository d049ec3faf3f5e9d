import { bool, choice, integer, list, type OptionRow, off, on, text } from './option-row.ts'

const empty = { room: 'empty' } as const
const obsolete = { room: 'obsolete' } as const

const workflows = [
  'generic',
  'generic_hpc',
  'production',
  'production_hpc',
  'analysis',
  'analysis_hpc',
  'eventservice_hpc',
  'stager',
  'payload_stageout',
] as const

const jobs = [
  text('queue', 'queue', '', 'PanDA queue to take jobs from', { letter: 'q', required: true }),
  text('joblabel', 'jobLabel', 'ptest', 'prodSourceLabel to ask for', { letter: 'j' }),
  text('versiontag', 'versionTag', 'PR', 'PR, RC, RCM or ALRB: affects the job label, is part of the pilotID', {
    letter: 'i',
  }),
  text('pilot-user', 'pilotUser', 'generic', 'experiment plug-in'),
  choice('workflow', 'workflow', workflows, 'generic', 'how jobs are run', { letter: 'w', does: ['generic'] }),
  integer('concurrent-jobs', 'concurrentJobs', 1, 'jobs held at the same time', { least: 1, most: 64, ours: true }),
  integer('getjobrequests', 'getJobRequests', 2, 'requests to the server for one job', { letter: 'v' }),
  integer('getjobfailures', 'getJobFailures', 5, 'answers without a job before the pilot ends', { letter: 'x' }),
  text('job-type', 'jobType', '', 'only jobs of this type (managed, user)'),
  text('resource-type', 'resourceType', '', 'only jobs of this resource type; chooses the memory limit', {
    pattern: /^(|[SM]CORE(_.*)?)$/,
    placeholder: 'SCORE|MCORE|SCORE_*|MCORE_*',
  }),
  text('country-group', 'countryGroup', '', 'only jobs of this country group'),
  text('working-group', 'workingGroup', '', 'only jobs of this working group'),
  bool('allow-other-country', 'allowOtherCountry', false, 'jobs of other countries than the group too'),
  bool('allow-same-user', 'allowSameUser', true, 'later jobs come from the task of the first'),
  integer('lifetime', 'lifetime', 324_000, 'longest life of the pilot in seconds', {
    letter: 'l',
    environment: { name: 'PANDAPILOT_LIFETIME', rank: 'first' },
  }),
  integer('leasetime', 'leaseTime', 3600, 'lease of the stager workflow in seconds', { letter: 'L', ...empty }),
  text('resource', 'resource', '', 'accepted and ignored', { letter: 'r', ...obsolete }),
  text('site', 'site', '', 'accepted and ignored', { letter: 's', ...obsolete }),
] as const

const places = [
  text('workdir', 'workdir', '', 'parent of PanDA_Pilot3_<pid>_<epoch>; empty = stay in the current directory', {
    letter: 'a',
    placeholder: 'DIR',
  }),
  bool('cleanup', 'cleanup', true, 'remove the job directory after each job and the main directory at the end'),
  text('database', 'database', '', 'directory of the pilot database, on a local disk; empty = beside the jobs', {
    placeholder: 'DIR',
    ours: true,
  }),
  text('config', 'configFile', '', 'JSON file of {"option name": value}, below the environment', {
    placeholder: 'FILE',
    ours: true,
  }),
  text('input-dir', 'inputDir', '', 'where the mv copytool finds inputs', { placeholder: 'DIR' }),
  text('output-dir', 'outputDir', '', 'where the mv copytool puts outputs', { placeholder: 'DIR' }),
  text('input-destination-dir', 'inputDestinationDir', '', 'where the stager puts inputs', {
    placeholder: 'DIR',
    ...empty,
  }),
] as const

const server = [
  text('url', 'url', '', 'PanDA server; a port inside wins over --port', { placeholder: 'URL' }),
  integer('port', 'port', 25_443, 'port of the PanDA server', { letter: 'p', least: 1, most: 65_535 }),
  choice('server-api', 'serverApi', ['auto', 'v1', 'legacy'], 'auto', 'dialect of the PanDA server; auto asks it', {
    ours: true,
  }),
  off('noworkerpilotstatusupdate', 'workerStatusUpdate', 'do not report the worker as started and finished', {
    letter: 'k',
  }),
  off('noserverupdate', 'serverUpdate', 'write heartbeats to a file instead of the server', { letter: 'z', ...empty }),
  on('subscribe-to-msgsvc', 'messageService', 'take task ids from the message broker', empty),
  bool('use-https', 'useHttps', true, 'talk HTTPS to the server', { room: 'empty', does: true }),
] as const

const data = [
  text('queuedata-url', 'queueDataUrl', '', 'source of queue documents', { placeholder: 'URL' }),
  text('storagedata-url', 'storageDataUrl', '', 'source of storage documents', { placeholder: 'URL' }),
  list('baseurls', 'baseUrls', 'prefixes from which a transform may be downloaded', {
    letter: 'g',
    environment: { name: 'PANDA_BASE_URLS', rank: 'last' },
  }),
  integer('stageout-attempts', 'stageOutAttempts', 1, 'attempts at each stage-out', { least: 1, ...empty }),
  bool('use-rucio-traces', 'useRucioTraces', true, 'send transfer traces to Rucio', { room: 'empty', does: false }),
  text('rucio-host', 'rucioHost', '', 'Rucio server', empty),
] as const

const checks = [
  text('cacert', 'clientCertificate', '', 'client credential', { placeholder: 'FILE' }),
  text('capath', 'certificateAuthorities', '', 'CA directory', { placeholder: 'DIR' }),
  off('nocvmfs', 'cvmfs', 'skip the CVMFS checks', { letter: 'b' }),
  off('noproxyverification', 'verifyProxy', 'skip the check of the proxy', { letter: 't' }),
  off('verifypayloadproxy', 'verifyPayloadProxy', 'skip the check of the payload proxy, despite its name', {
    letter: 'u',
    ...empty,
    does: false,
  }),
  off('notokenrenewal', 'tokenRenewal', 'do not renew the OIDC token', { letter: 'y' }),
] as const

const output = [
  on('no-pilot-log', 'noPilotLog', 'write no pilotlog.txt'),
  on('debug', 'debug', 'log everything, with the part of the pilot that says it', { letter: 'd' }),
  text('redirect-stdout', 'redirectStdout', '', 'write the log there instead of to stderr', { placeholder: 'FILE' }),
  on('use-realtime-logging', 'realtimeLogging', 'ship logs while the job runs', empty),
  text('realtime-logging-server', 'realtimeLoggingServer', '', 'logserver=type;proto://host:port', empty),
  text('realtime-logname', 'realtimeLogName', '', 'name of the shipped log', empty),
] as const

const elsewhere = [
  text('harvester-workdir', 'harvesterWorkdir', '', 'where Harvester exchanges files', empty),
  text('harvester-datadir', 'harvesterDatadir', '', 'where Harvester exchanges data', empty),
  text('harvester-eventstatusdump', 'harvesterEventStatusDump', '', 'file of event states for Harvester', empty),
  text('harvester-workerattributes', 'harvesterWorkerAttributes', '', 'file of worker attributes for Harvester', empty),
  text('harvester-submit-mode', 'harvesterSubmitMode', 'PULL', 'PUSH or PULL', empty),
  text('hpc-resource', 'hpcResource', '', 'HPC plug-in', empty),
  choice('hpc-mode', 'hpcMode', ['manytoone', 'jumbojobs'], 'manytoone', 'how an HPC allocation is filled', empty),
  text('es-executor-type', 'eventServiceExecutor', 'generic', 'event service executor: generic, raythena', empty),
  on('pod', 'pod', 'Kubernetes pod mode', empty),
] as const

const about = [
  on('print-config', 'printConfig', 'print each value and where it came from, and end', { ours: true }),
  on('json', 'json', 'print for programs: what happens as JSON lines, --print-config as JSON', { ours: true }),
  on('no-restart', 'noRestart', 'do not start a pilot process again that died', { ours: true }),
  on('help', 'help', 'print this text, and end', { letter: 'h', ours: true }),
  on('version', 'version', 'print the version, and end', { ours: true }),
] as const

/**
 * Every option of the Python pilot (contracts/pilot-core.md 1.1) and ours, under the headings of the help text. The one
 * source of the parser, the configuration's type, the help text, --print-config and docs/options.md.
 */
export const optionGroups = [
  { heading: 'Queue and jobs', rows: jobs },
  { heading: 'Directories and files', rows: places },
  { heading: 'PanDA server', rows: server },
  { heading: 'Queue, storage and data', rows: data },
  { heading: 'Credentials and checks', rows: checks },
  { heading: 'Logs', rows: output },
  { heading: 'Harvester, HPC and event service', rows: elsewhere },
  { heading: 'About', rows: about },
] as const

export const optionRows: readonly OptionRow[] = optionGroups.flatMap(({ rows }): readonly OptionRow[] => rows)
