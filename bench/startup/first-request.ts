import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Figures } from '../bench.ts'

/**
 * Seconds from the start of the process to its request for a job arriving, at a server that has none. The pilot then
 * leaves by itself.
 */
export async function firstRequest(pilot: string, directory: string): Promise<Figures> {
  const launch = await mkdtemp(join(directory, 'launch-'))
  const documents = { queue: join(launch, 'queue.json'), storage: join(launch, 'storage.json') }
  await writeFile(documents.queue, JSON.stringify({ BENCH_Q: queueDocument }))
  await writeFile(documents.storage, '{}')
  let arrived = 0
  const server = createServer((request, response) => {
    if (/getJob|acquire_jobs/.test(request.url ?? '')) arrived ||= performance.now()
    request.resume().on('end', () => response.end('{"StatusCode":20,"errorDialog":"no jobs in PanDA"}'))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  try {
    const started = performance.now()
    const child = spawn(
      pilot,
      [
        ['-q', 'BENCH_Q', '-j', 'user', '--pilot-user', 'generic', '-w', 'generic', '-t', '-y', '-b'],
        ['--url', 'http://127.0.0.1', '-p', String(port), '-v', '1', '-x', '1', '--server-api', 'legacy'],
        ['--queuedata-url', documents.queue, '--storagedata-url', documents.storage],
      ].flat(),
      { cwd: launch, stdio: 'ignore', env: { PATH: process.env.PATH, HOME: launch, TMPDIR: launch } },
    )
    const [exitCode] = await once(child, 'exit')
    if (arrived === 0) throw new Error(`the pilot ended with ${exitCode} and asked for no job`)
    return { wall: (arrived - started) / 1000 }
  } finally {
    server.close()
  }
}

const queueDocument = {
  nickname: 'BENCH_Q',
  panda_resource: 'BENCH_Q',
  atlas_site: 'BENCH',
  type: 'unified',
  state: 'ACTIVE',
  status: 'online',
  resource_type: 'GRID',
  copytools: { mv: { setup: '' } },
  acopytools: { default: ['mv'] },
  astorages: {},
  maxwdir: 20_000,
  timefloor: 0,
  corecount: 1,
}
