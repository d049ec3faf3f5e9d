import { createFakeJobServer } from './fake-job-server.ts'
import { jobServerContract } from './job-server.contract.ts'

jobServerContract('the fake', async () => createFakeJobServer())
