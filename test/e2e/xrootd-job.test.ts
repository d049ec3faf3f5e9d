import { readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deterministicPath } from '../../src/storage/pfn.ts'
import { adler32Of } from '../storage/adler32.ts'
import { missingTools } from '../storage/real-tools.ts'
import { startXrootd, type XrootdServer } from '../storage/xrootd-server.ts'
import { type InputFile, openSite, type Site, scope } from './site.ts'

const missing = missingTools('xrootd', 'xrdcp', 'xrdfs')

describe
  .skipIf(missing !== undefined)
  .concurrent(`jobs with files on a real xrootd${missing === undefined ? '' : ` (${missing})`}`, () => {
    let server: XrootdServer
    let area = 0

    beforeAll(async () => {
      server = await startXrootd({ checksums: true })
    })
    afterAll(() => server.close())

    /** A site with a directory of its own on the server. */
    async function xrootdSite(): Promise<{ site: Site; directory: string }> {
      const path = `area${++area}`
      await server.makeDirectory(path)
      await server.makeDirectory(join(path, scope))
      const site = await openSite({ protocol: { endpoint: `root://localhost:${server.port}`, path: `//${path}` } })
      return { site, directory: path }
    }

    /** Puts an input where its RSE has it. */
    async function stored(directory: string, lfn: string, content: string): Promise<InputFile> {
      const path = join(directory, deterministicPath(scope, lfn))
      for (const parent of [dirname(dirname(path)), dirname(path)]) await server.makeDirectory(parent)
      await writeFile(join(server.root, path), content)
      return { lfn, size: content.length, adler32: adler32Of(Buffer.from(content)).value }
    }

    it('brings the inputs, sends outputs and log, each with the checksum it was reported with', async () => {
      const { site, directory } = await xrootdSite()
      await using _ = site
      const inputs = [await stored(directory, 'a.data', 'quark '), await stored(directory, 'b.data', 'gluon')]
      const outputs = ['out.1', 'out.2']
      const id = site.offer({ inputs, outputs, pars: 'copy a.data out.1 copy b.data out.2' })
      const pilot = site.pilot()
      expect((await pilot.ended()).exitCode).toBe(0)
      const job = site.job(id)
      expect(job).toMatchObject({ outcome: 'finished', errors: {} })

      const report: Record<string, { surl: string; fsize: number; adler32: string }> = JSON.parse(job.report ?? '')
      expect(Object.keys(report).sort()).toEqual([`job.${id}.log.tgz`, ...outputs])
      for (const [lfn, { surl, fsize, adler32 }] of Object.entries(report)) {
        const path = join(directory, deterministicPath(scope, lfn))
        const bytes = await readFile(join(server.root, path))
        expect({ surl, fsize, adler32 }).toEqual({
          surl: `root://localhost:${server.port}//${path}`,
          fsize: bytes.length,
          adler32: adler32Of(bytes).value,
        })
      }
      expect(pilot.events).toContainEqual(expect.objectContaining({ type: 'transfer.ended', lfn: 'a.data', size: 6 }))
    })

    const bad = [
      ['is not there', { lfn: 'gone.data', size: 5, adler32: '00000001' }, 1331, /gone\.data/],
      ['has another checksum', { lfn: 'in.data', size: 5, adler32: '00000001' }, 1171, /in\.data/],
      [
        'has another size',
        { lfn: 'in.data', size: 7, adler32: adler32Of(Buffer.from('hello')).value },
        1099,
        /has 5 bytes, not 7/,
      ],
    ] as const
    for (const [what, input, code, words] of bad) {
      it(`an input that ${what} fails the job with ${code}; no payload starts, nothing is left of it`, async () => {
        const { site, directory } = await xrootdSite()
        await using _ = site
        await stored(directory, 'in.data', 'hello')
        const id = site.offer({ inputs: [input], pars: 'exit 0' })
        const pilot = site.pilot()
        expect((await pilot.ended()).exitCode).toBe(0)
        const { outcome, fields, report } = site.job(id)
        expect(outcome).toBe('failed')
        expect(fields).toMatchObject({ pilotErrorCode: code })
        expect(fields.pilotErrorDiag).toMatch(words)
        expect(Object.keys(JSON.parse(report ?? '{}'))).toEqual([`job.${id}.log.tgz`])
        expect(pilot.events.some(({ type }) => type === 'payload.started')).toBe(false)
        expect(await readdir(site.jobDirectory(id))).toEqual([`job.${id}.log.tgz`])
      })
    }
  })
