import type { JobDefinition } from './server.ts'

export const queue = 'BENCH_Q'
const rse = 'LOCAL_DISK'

/** The file every job reads; its content is random, its size as the reference run has it. */
export const input = { lfn: 'in.data', size: 100_000_000 } as const

export const outputOf = (pandaId: number): string => `out.${pandaId}.data`

/** One file in, one file out and a log, all by `mv`. `adler32` of the input, eight hex digits. */
export function jobDefinition(pandaId: number, transformUrl: string, adler32: string): JobDefinition {
  const log = `log.${pandaId}.tgz`
  return {
    StatusCode: 0,
    PandaID: pandaId,
    taskID: '4711',
    jobsetID: '1',
    jobDefinitionID: '1',
    attemptNr: '1',
    prodSourceLabel: 'user',
    processingType: 'test',
    transformation: transformUrl,
    jobPars: `${input.lfn} ${outputOf(pandaId)}`,
    inFiles: input.lfn,
    fsize: String(input.size),
    checksum: `ad:${adler32}`,
    scopeIn: 'bench',
    GUID: '5b4c2a7e-58a1-4f0e-9d53-0f6d1d2f3a41',
    realDatasetsIn: 'bench.in',
    ddmEndPointIn: rse,
    prodDBlockToken: 'local',
    prodDBlocks: 'bench.in',
    dispatchDblock: 'NULL',
    dispatchDBlockToken: 'NULL',
    outFiles: `${outputOf(pandaId)},${log}`,
    realDatasets: 'bench.out,bench.log',
    ddmEndPointOut: `${rse},${rse}`,
    scopeOut: 'bench',
    scopeLog: 'bench',
    fileDestinationSE: 'NULL,NULL',
    destinationDBlockToken: 'NULL,NULL',
    dispatchDBlockTokenForOut: 'NULL,NULL',
    destinationDblock: 'bench.out',
    logFile: log,
    logGUID: 'a1a4b9b2-6a4d-4b8e-8f0b-2f7f6c0c9d12',
    cmtConfig: 'x86_64-el9-gcc13-opt',
    homepackage: 'NULL',
    swRelease: 'NULL',
    coreCount: 1,
    maxCpuCount: 0,
    maxWalltime: 0,
    maxDiskCount: 0,
    minRamCount: 0,
    transferType: 'NULL',
    currentPriority: 1000,
    nSent: 0,
    cloud: 'X',
    sourceSite: 'NULL',
    destinationSE: 'NULL',
    nucleus: 'NULL',
    prodUserID: 'bench',
    jobName: `job.${pandaId}`,
    resource_type: 'SCORE',
  }
}

/** What CRIC would say of the queue. `timefloor`: minutes in which a pilot asks for a further job; 0: one job only. */
export function queueDocument(timefloor: number): object {
  const activities = ['pr', 'pw', 'pl', 'read_lan', 'read_wan', 'write_lan', 'write_wan', 'default']
  const storages = ['pr', 'pw', 'pl', 'read_lan', 'write_lan']
  return {
    nickname: queue,
    panda_resource: queue,
    name: queue,
    type: 'unified',
    state: 'ACTIVE',
    status: 'online',
    atlas_site: 'BENCH',
    gstat: 'BENCH',
    resource_type: 'GRID',
    copytools: { mv: { setup: '' } },
    acopytools: Object.fromEntries(activities.map((activity) => [activity, ['mv']])),
    astorages: Object.fromEntries(storages.map((activity) => [activity, [rse]])),
    // The Python pilot cannot fetch a transform over what it calls IPv4; 127.0.0.1 works with this all the same.
    params: { internet_protocol_version: 'IPv6' },
    maxwdir: 20_000,
    maxrss: 16_000,
    maxinputsize: 10_000,
    timefloor,
    corecount: 1,
    maxtime: 86_400,
    catchall: 'no_token_renewal',
    container_options: '',
    container_type: '',
    environ: '',
    appdir: '',
    cmtconfig: 'x86_64-el9-gcc13-opt',
    is_cvmfs: false,
    direct_access_lan: false,
    direct_access_wan: false,
    use_pcache: false,
    allow_lan: true,
    allow_wan: true,
    zip_time_gap: 0,
    pledgedcpu: 0,
  }
}

/** What CRIC would say of the one storage endpoint. */
export function endpointDocument(): object {
  const activities = ['read_lan', 'read_wan', 'write_lan', 'write_wan', 'pw']
  const protocol = { endpoint: 'file://localhost', path: '/bench/', flavour: '', id: 1 }
  return {
    [rse]: {
      name: rse,
      id: 1,
      pk: 1,
      state: 'ACTIVE',
      site: 'BENCH',
      type: 'DATADISK',
      token: '',
      is_deterministic: true,
      copytools: {},
      acopytools: {},
      astorages: {},
      arprotocols: Object.fromEntries(activities.map((activity) => [activity, [protocol]])),
      rprotocols: {},
      resource: {},
    },
  }
}
