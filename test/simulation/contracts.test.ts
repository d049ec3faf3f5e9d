import type { PandaId } from '../../src/job/ids.ts'
import type { Content } from '../../src/simulation/happening.ts'
import { type WorkerNode, worldStart } from '../../src/simulation/node.ts'
import type { CallFault } from '../../src/simulation/scenario.ts'
import { simulatedCopytool } from '../../src/simulation/simulated-copytool.ts'
import { simulatedDatabase } from '../../src/simulation/simulated-database.ts'
import { simulatedServer } from '../../src/simulation/simulated-server.ts'
import { setCommand } from '../../src/standin/model/commands.ts'
import { addJob, createPanda } from '../../src/standin/model/panda.ts'
import { databaseContract } from '../database/database.contract.ts'
import { type ContractWorld, jobServerContract, type Mishap } from '../server/job-server.contract.ts'
import { adler32Of } from '../storage/adler32.ts'
import { type CopytoolBench, copytoolContract } from '../storage/copytool.contract.ts'
import { drivenPort, makeParts } from './parts.ts'

databaseContract('the simulated PilotDB', async (now) => {
  const { clock, node, life } = makeParts()
  const told: WorkerNode = {
    ...node,
    get skew() {
      return now() - worldStart - clock.now
    },
  }
  return { database: drivenPort(clock, simulatedDatabase(told, life)), remove: async () => {} }
})

const faultOf: Readonly<Record<Mishap, CallFault>> = {
  'answer lost': 'lose answer',
  'database failure': 'break',
  'wrong role': 'refuse',
}

const definition = {
  attemptNr: 1,
  prodSourceLabel: 'managed',
  taskID: 7,
  currentPriority: 100,
  inFiles: '',
  outFiles: 'AOD.1.pool.root,log.1.tgz',
  logFile: 'log.1.tgz',
}

jobServerContract('the simulated server', async (): Promise<ContractWorld> => {
  const { clock, node, life } = makeParts()
  const panda = createPanda()
  const faults: CallFault[] = []
  const network = { latency: () => 20, nextFault: () => faults.shift(), reach: () => 'open' as const }
  const server = drivenPort(clock, simulatedServer(node, life, { panda, network }))
  return {
    server,
    addJob: () => addJob(panda, worldStart, definition).PandaID as PandaId,
    setCommand: (id, command) => void setCommand(panda, worldStart, id, command),
    next: (mishap) => void faults.push(faultOf[mishap]),
    close: () => server.close(),
  }
})

/** Files are known by size and checksum here; which bytes they stand for is remembered. */
async function copyBench(name: 'net' | 'mv'): Promise<CopytoolBench> {
  const { clock, life } = makeParts()
  const places = { local: new Map<string, Content>(), remote: new Map<string, Content>() }
  const bytesOf = new Map<string, Uint8Array>()
  const options = { name, places, nextFault: () => undefined, duration: () => 10, onCopy: () => {} }
  const put = (place: Map<string, Content>, path: string, bytes: Uint8Array): void => {
    const { value: adler32 } = adler32Of(bytes)
    bytesOf.set(adler32, bytes)
    place.set(path, { size: bytes.length, adler32 })
  }
  const get = (place: Map<string, Content>, path: string) => bytesOf.get(place.get(path)?.adler32 ?? '')
  const names = (place: Map<string, Content>) => [...place.keys()].map((path) => path.replace(/^\/\w+\//, ''))
  return {
    tool: drivenPort(clock, simulatedCopytool(life, options)),
    localPath: (file) => `/local/${file}`,
    remotePath: (file) => `/remote/${file}`,
    putLocal: async (file, bytes) => put(places.local, `/local/${file}`, bytes),
    putRemote: async (file, bytes) => put(places.remote, `/remote/${file}`, bytes),
    getLocal: async (file) => get(places.local, `/local/${file}`),
    getRemote: async (file) => get(places.remote, `/remote/${file}`),
    listLocal: async () => names(places.local),
    listRemote: async () => names(places.remote),
    close: async () => {},
  }
}

copytoolContract('the simulated network copytool', () => copyBench('net'), { verifiesChecksum: true })
copytoolContract('the simulated mv', () => copyBench('mv'), { verifiesChecksum: false })
