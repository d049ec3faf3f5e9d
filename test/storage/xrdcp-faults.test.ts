import { chmod, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createXrdcpTool } from '../../src/storage/xrdcp.ts'
import { type Gate, openGate } from './gate.ts'
import { codeOf, never, noProgress, orderOf } from './orders.ts'
import { missingTools } from './real-tools.ts'
import { mountSmallDisk } from './small-disk.ts'
import { placeAt } from './two-places.ts'
import { startXrootd, type XrootdServer } from './xrootd-server.ts'

const missing = missingTools('xrootd', 'xrdcp', 'xrdfs')
const tool = createXrdcpTool({ binary: 'xrdcp', xrdfs: 'xrdfs', environment: { PATH: process.env.PATH ?? '' } })
const size = 64 * 1024 * 1024
/** Bytes that pass before the gate shuts: well within the file. */
const half = 16 * 1024 * 1024
/** s; the client's own timers shrink with it. */
const impatient = 40

async function makeBig(path: string): Promise<void> {
  await writeFile(path, '')
  await truncate(path, size)
  await chmod(path, 0o644)
}

describe.skipIf(missing !== undefined)(
  `xrdcp when things go wrong${missing === undefined ? '' : ` (${missing})`}`,
  () => {
    let root: string
    let server: XrootdServer
    let gate: Gate | undefined

    beforeEach(async () => {
      root = await mkdtemp(join(tmpdir(), 'pilot-xrdcp-'))
      server = await startXrootd({ checksums: true })
      await server.makeDirectory('data')
    })

    afterEach(async () => {
      await gate?.close()
      gate = undefined
      await server?.close()
      await rm(root, { recursive: true, force: true })
    })

    const remoteNames = () => placeAt(join(server.root, 'data')).list()
    const localNames = () => placeAt(root).list()

    /** A big file on its way through a gate that has shut in its middle. */
    async function halfWay(direction: 'in' | 'out', signal: AbortSignal, timeout = impatient) {
      await makeBig(direction === 'in' ? join(server.root, 'data', 'big') : join(root, 'big'))
      gate = await openGate(server.port, half)
      const remote = `root://127.0.0.1:${gate.port}//data/big`
      const order = orderOf({ direction, local: join(root, 'big'), remote, timeout })
      const copying = tool.copy(order, noProgress, signal)
      await gate.shut
      return { copying }
    }

    it('leaves no part of a download that is stopped in its middle', async () => {
      const stop = new AbortController()
      const { copying } = await halfWay('in', stop.signal)
      expect(await localNames()).toEqual(['big.part'])
      stop.abort()
      const told = performance.now()
      expect(await copying).toMatchObject({ kind: 'failed', advice: 'give-up' })
      expect(performance.now() - told).toBeLessThan(2000)
      expect(await localNames()).toEqual([])
    })

    it('ends an upload within two seconds though the server holds still', async () => {
      const stop = new AbortController()
      const { copying } = await halfWay('out', stop.signal)
      stop.abort()
      const told = performance.now()
      expect(await copying).toMatchObject({ kind: 'failed', advice: 'give-up' })
      expect(performance.now() - told).toBeLessThan(2000)
    })

    it('removes the remains of an upload that is stopped while it runs', async () => {
      await makeBig(join(root, 'big'))
      await server.makeDirectory('data/watched')
      const stop = new AbortController()
      const order = orderOf({
        direction: 'out',
        local: join(root, 'big'),
        remote: `root://127.0.0.1:${server.port}//data/watched/big`,
      })
      const copying = tool.copy(order, noProgress, stop.signal)
      const watched = placeAt(join(server.root, 'data', 'watched'))
      await expect.poll(() => watched.list(), { interval: 1, timeout: 10_000 }).toEqual(['big'])
      stop.abort()
      const outcome = await copying
      expect(await watched.list()).toEqual(outcome.kind === 'copied' ? ['big'] : [])
    })

    it('gives up a copy whose time is over, and leaves no part of it', async () => {
      const { copying } = await halfWay('in', never, 1)
      expect(codeOf(await copying)).toBe(1151)
      expect(await localNames()).toEqual([])
    })

    it('sees that the server died in the middle, long before the time is over', async () => {
      const { copying } = await halfWay('in', never)
      const killed = performance.now()
      await server.close()
      await gate?.close()
      gate = undefined
      expect(await copying).toMatchObject({ kind: 'failed', error: { code: 1324 }, advice: 'retry' })
      expect((performance.now() - killed) / 1000).toBeLessThan(impatient / 2)
      expect(await localNames()).toEqual([])
    })

    it('says that nobody listens, without the minutes the client takes by itself', async () => {
      const { port } = server
      await server.close()
      const remote = `root://127.0.0.1:${port}//data/f`
      const order = orderOf({ direction: 'in', local: join(root, 'f'), remote, timeout: impatient })
      expect(codeOf(await tool.copy(order, noProgress, never))).toBe(1324)
    })

    it('trusts the size where the server knows no checksums', async () => {
      await server.close()
      server = await startXrootd({ checksums: false })
      await server.makeDirectory('data')
      await writeFile(join(root, 'f'), 'unsummed')
      const remote = `root://127.0.0.1:${server.port}//data/f`
      const outcome = await tool.copy(orderOf({ direction: 'out', local: join(root, 'f'), remote }), noProgress, never)
      expect(outcome).toEqual({ kind: 'copied', remoteSize: 8, remoteChecksum: undefined, linked: false })
      expect(await remoteNames()).toEqual(['f'])
    })

    it.for([
      ['in', 1098],
      ['out', 1333],
    ] as const)('reports a full disk %s as %i and leaves nothing', async ([direction, code], { skip }) => {
      const full = direction === 'in' ? join(root, 'full') : join(server.root, 'full')
      const disk = mountSmallDisk(full)
      if (disk === undefined) return skip('only root may mount a small disk')
      const local = join(direction === 'in' ? full : root, 'big')
      const remote = `root://127.0.0.1:${server.port}//${direction === 'in' ? 'data' : 'full'}/big`
      try {
        await makeBig(direction === 'in' ? join(server.root, 'data', 'big') : local)
        expect(codeOf(await tool.copy(orderOf({ direction, local, remote }), noProgress, never))).toBe(code)
        expect(await placeAt(full).list()).toEqual([])
      } finally {
        disk.unmount()
      }
    })
  },
)
