import type { DialectName } from '../../src/server/dialect.ts'
import { createJobServer } from '../../src/server/panda-server.ts'
import { identity, rememberingLog } from './examples.ts'
import { type ContractWorld, jobServerContract } from './job-server.contract.ts'
import { createSmallPanda } from './small-panda.ts'
import { startWebServer } from './web-server.ts'

async function worldOf(speaks: DialectName, told: DialectName | undefined): Promise<ContractWorld> {
  const panda = createSmallPanda(speaks)
  const web = await startWebServer(panda.handle)
  const server = createJobServer({
    url: web.url,
    port: 25080,
    dialect: told,
    identity,
    credentials: { environment: {}, userId: undefined },
    userAgent: 'pilot/test',
    log: rememberingLog(),
  })
  return {
    server,
    addJob: panda.addJob,
    setCommand: panda.setCommand,
    next: panda.next,
    async close() {
      await server.close()
      await web.close()
    },
  }
}

jobServerContract('the v1 dialect over HTTP', () => worldOf('v1', 'v1'))
jobServerContract('the legacy dialect over HTTP', () => worldOf('legacy', 'legacy'))
jobServerContract('a probed v1 server', () => worldOf('v1', undefined))
jobServerContract('a probed legacy server', () => worldOf('legacy', undefined))
