import { mkdir, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createXrdcpTool } from '../../src/storage/xrdcp.ts'
import { adler32Of } from './adler32.ts'
import { copytoolContract } from './copytool.contract.ts'
import { codeOf, never, noProgress, orderOf } from './orders.ts'
import { missingTools } from './real-tools.ts'
import { openTwoPlaces, placeAt } from './two-places.ts'
import { startXrootd, type XrootdServer } from './xrootd-server.ts'

const missing = missingTools('xrootd', 'xrdcp', 'xrdfs')
const tool = createXrdcpTool({ binary: 'xrdcp', xrdfs: 'xrdfs', environment: { PATH: process.env.PATH ?? '' } })
const bytes = new TextEncoder().encode('from far away')

describe.skipIf(missing !== undefined)(
  `xrdcp with a real server${missing === undefined ? '' : ` (${missing})`}`,
  () => {
    let server: XrootdServer
    let cases = 0

    beforeAll(async () => {
      server = await startXrootd({ checksums: true })
    })

    afterAll(async () => {
      await server?.close()
    })

    async function openXrootd() {
      const { local, close } = await openTwoPlaces()
      cases += 1
      const directory = `case-${cases}`
      await server.makeDirectory(directory)
      const remote = placeAt(join(server.root, directory))
      return {
        tool,
        localPath: local.path,
        remotePath: (name: string) => `root://127.0.0.1:${server.port}//${directory}/${name}`,
        putLocal: local.put,
        putRemote: remote.put,
        getLocal: local.get,
        getRemote: remote.get,
        listLocal: local.list,
        listRemote: remote.list,
        local,
        remote,
        close,
      }
    }

    copytoolContract('xrdcp', openXrootd, { verifiesChecksum: true })

    async function withBench(work: (bench: Awaited<ReturnType<typeof openXrootd>>) => Promise<void>): Promise<void> {
      const bench = await openXrootd()
      try {
        await work(bench)
      } finally {
        await bench.close()
      }
    }

    it('reports what the server stored: size, and a checksum even if nobody knew one', () =>
      withBench(async (bench) => {
        await bench.putLocal('f', bytes)
        const order = orderOf({ direction: 'out', local: bench.localPath('f'), remote: bench.remotePath('f') })
        expect(await tool.copy(order, noProgress, never)).toEqual({
          kind: 'copied',
          remoteSize: bytes.length,
          remoteChecksum: adler32Of(bytes),
          linked: false,
        })
      }))

    it('counts an identical file that is there as brought, and replaces a different one', () =>
      withBench(async (bench) => {
        await bench.putLocal('f', bytes)
        await bench.putRemote('f', bytes)
        const checksum = adler32Of(bytes)
        const order = orderOf({
          direction: 'out',
          local: bench.localPath('f'),
          remote: bench.remotePath('f'),
          checksum,
        })
        const before = await stat(bench.remote.path('f'), { bigint: true })
        expect(await tool.copy(order, noProgress, never)).toMatchObject({ kind: 'copied', remoteChecksum: checksum })
        expect((await stat(bench.remote.path('f'), { bigint: true })).mtimeNs).toBe(before.mtimeNs)

        const first = orderOf({ direction: 'out', local: bench.localPath('f'), remote: bench.remotePath('g') })
        await tool.copy(first, noProgress, never)
        const other = new TextEncoder().encode('a later one')
        await bench.putLocal('f', other)
        expect(await tool.copy(first, noProgress, never)).toMatchObject({ kind: 'copied' })
        expect(await bench.getRemote('g')).toEqual(other)
      }))

    it('creates the directories of an output', () =>
      withBench(async (bench) => {
        await bench.putLocal('f', bytes)
        const remote = bench.remotePath('user/jdoe/a4/f')
        const outcome = await tool.copy(
          orderOf({ direction: 'out', local: bench.localPath('f'), remote }),
          noProgress,
          never,
        )
        expect(outcome).toMatchObject({ kind: 'copied' })
        expect(await bench.getRemote('user/jdoe/a4/f')).toEqual(bytes)
      }))

    it('verifies an md5 of an input', () =>
      withBench(async (bench) => {
        await bench.putRemote('f', new Uint8Array())
        const order = orderOf({ direction: 'in', local: bench.localPath('f'), remote: bench.remotePath('f') })
        const empty = { algorithm: 'md5', value: 'd41d8cd98f00b204e9800998ecf8427e' } as const
        const wrong = { algorithm: 'md5', value: 'd41d8cd98f00b204e9800998ecf84270' } as const
        expect(codeOf(await tool.copy({ ...order, checksum: wrong }, noProgress, never))).toBe(1145)
        expect(await bench.listLocal()).toEqual([])
        expect(await tool.copy({ ...order, checksum: empty }, noProgress, never)).toMatchObject({ kind: 'copied' })
      }))

    it('refuses an output that is a link', () =>
      withBench(async (bench) => {
        await writeFile(bench.localPath('secret'), 'secret')
        await symlink(bench.localPath('secret'), bench.localPath('f'))
        const order = orderOf({ direction: 'out', local: bench.localPath('f'), remote: bench.remotePath('f') })
        expect(codeOf(await tool.copy(order, noProgress, never))).toBe(1303)
        expect(await bench.listRemote()).toEqual([])
      }))

    it('says that permission was refused, with the code of the direction', () =>
      withBench(async (bench) => {
        await mkdir(bench.remote.path('closed'), { mode: 0o500 })
        await writeFile(bench.remote.path('unreadable'), 'x', { mode: 0 })
        await bench.putLocal('f', bytes)
        const remote = bench.remotePath('closed/f')
        const out = await tool.copy(
          orderOf({ direction: 'out', local: bench.localPath('f'), remote }),
          noProgress,
          never,
        )
        expect(out).toMatchObject({ error: { code: 1137, text: expect.stringMatching(/permission denied/) } })
        const unreadable = orderOf({
          direction: 'in',
          local: bench.localPath('g'),
          remote: bench.remotePath('unreadable'),
        })
        expect(codeOf(await tool.copy(unreadable, noProgress, never))).toBe(1099)
      }))

    it('tells the progress of a download while it runs', () =>
      withBench(async (bench) => {
        await writeFile(bench.remote.path('big'), '')
        await truncate(bench.remote.path('big'), 32 * 1024 * 1024)
        const seen: number[] = []
        const order = orderOf({ direction: 'in', local: bench.localPath('big'), remote: bench.remotePath('big') })
        await tool.copy(order, (done) => seen.push(done), never)
        expect(seen.at(-1)).toBe(32 * 1024 * 1024)
      }))
  },
)
