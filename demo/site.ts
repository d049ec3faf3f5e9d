/** The demo's PanDA queue, its site and its one storage element. */
export const demoQueue = 'DEMO'
export const demoRse = 'DEMO_DATADISK'
const demoSite = 'DEMO-SITE'

const everyActivity = ['read_lan', 'write_lan', 'pl', 'pr', 'pw', 'default']

/**
 * The queue document (contracts/pilot-data.md 7.4): mounted storage, files go straight to their path there; an hour's
 * time floor, so that one pilot takes one job after another.
 */
export function queueDocument(): object {
  return {
    nickname: demoQueue,
    panda_resource: demoQueue,
    atlas_site: demoSite,
    state: 'ACTIVE',
    status: 'online',
    type: 'analysis',
    resource_type: 'GRID',
    corecount: 1,
    maxrss: 4000,
    maxtime: 3600,
    maxwdir: 1000,
    timefloor: 60,
    is_cvmfs: false,
    catchall: 'mv_final_destination',
    copytools: { cp: { setup: '' } },
    acopytools: Object.fromEntries(everyActivity.map((activity) => [activity, ['cp']])),
    astorages: { read_lan: [demoRse], write_lan: [demoRse], pl: [demoRse], pw: [demoRse] },
  }
}

/** The endpoint document (contracts/pilot-data.md 7.5). `directory`: where the storage is mounted, absolute. */
export function endpointDocument(directory: string): object {
  const protocol = { endpoint: 'file://localhost', path: `${directory}/`, flavour: 'POSIX', id: 1 }
  return {
    [demoRse]: {
      id: 1,
      name: demoRse,
      type: 'DATADISK',
      state: 'ACTIVE',
      site: demoSite,
      token: '',
      is_deterministic: true,
      resource: { bucket_id: null },
      arprotocols: { read_lan: [protocol], write_lan: [protocol] },
      rprotocols: {},
    },
  }
}
