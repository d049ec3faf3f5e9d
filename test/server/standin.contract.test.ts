import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll } from 'vitest'
import type { PandaId } from '../../src/job/ids.ts'
import type { DialectName } from '../../src/server/dialect.ts'
import { createJobServer } from '../../src/server/panda-server.ts'
import {
  type CertificatePair,
  makeAuthority,
  makeClientCertificate,
  makeServerCertificate,
} from '../../src/standin/certificate.ts'
import type { Fault } from '../../src/standin/front/faults.ts'
import { openFront } from '../../src/standin/front/front.ts'
import { setCommand } from '../../src/standin/model/commands.ts'
import { addJob, createPanda } from '../../src/standin/model/panda.ts'
import { identity, rememberingLog } from './examples.ts'
import { type ContractWorld, jobServerContract } from './job-server.contract.ts'

const definition = {
  attemptNr: 1,
  prodSourceLabel: 'managed',
  taskID: 7,
  currentPriority: 100,
  inFiles: '',
  outFiles: 'AOD.1.pool.root,log.1.tgz',
  logFile: 'log.1.tgz',
  minRamCount: 2000,
  maxDiskCount: 500,
  maxWalltime: 3600,
}

let authority: CertificatePair
let certificate: CertificatePair
let robot: CertificatePair
beforeAll(async () => {
  authority = await makeAuthority()
  certificate = await makeServerCertificate(authority)
  robot = await makeClientCertificate(authority)
})

/** Our own copy of the server's rules, as a pilot meets it: over HTTP trusted by address, over HTTPS by certificate. */
async function worldOf(dialect: DialectName, told: DialectName | undefined, secure: boolean): Promise<ContractWorld> {
  const panda = createPanda()
  const faults: Fault[] = []
  const strangers: boolean[] = []
  const noRole: Fault = { kind: 'status', status: 403, body: 'ERROR : no production or pilot role' }
  const front = await openFront({
    panda,
    dialects: [dialect],
    trustPlainHttp: true,
    faults: ({ name }) => (/is_?alive/i.test(name) ? undefined : faults.shift()),
    production: () => strangers.shift() !== true,
    ...(secure ? { tls: certificate } : {}),
  })
  const directory = mkdtempSync(join(tmpdir(), 'pilot-standin-'))
  writeFileSync(join(directory, 'ca.pem'), authority.cert)
  writeFileSync(join(directory, 'proxy'), `${robot.cert}\n${robot.key}`)
  const server = createJobServer({
    url: front.url,
    port: 25443,
    dialect: told,
    identity,
    credentials: {
      caDirectory: directory,
      environment: { X509_USER_PROXY: join(directory, 'proxy') },
      userId: undefined,
    },
    userAgent: 'pilot/test',
    log: rememberingLog(),
  })
  // The probe would use up what `next` prepares for the call after it.
  await server.jobStatus([1 as PandaId])
  return {
    server,
    addJob: () => addJob(panda, Date.now(), definition).PandaID as PandaId,
    setCommand: (id, command) => void setCommand(panda, Date.now(), id, command),
    next(mishap) {
      if (mishap === 'answer lost') faults.push({ kind: 'half' })
      else if (mishap === 'database failure') faults.push({ kind: 'code', code: 10 })
      else if (secure) strangers.push(true)
      else faults.push(noRole)
    },
    async close() {
      await server.close()
      await front.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

jobServerContract('the v1 dialect with the stand-in over HTTPS', () => worldOf('v1', undefined, true))
jobServerContract('the legacy dialect with the stand-in over HTTPS', () => worldOf('legacy', undefined, true))
jobServerContract('the v1 dialect with the stand-in over HTTP', () => worldOf('v1', 'v1', false))
jobServerContract('the legacy dialect with the stand-in over HTTP', () => worldOf('legacy', 'legacy', false))
