import { createHash } from 'node:crypto'
import { access, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { historyOf } from '../../src/standin/model/history.ts'
import { openSite } from './site.ts'

const longLfn = `${'x'.repeat(256)}.root`

/** What is wrong, in fields as they are sent; the code; words a person needs to mend it. */
const badDefinitions = [
  ['an input outside of the directory', { inFiles: '../passwd' }, 1302, ['inFiles', '"../passwd"', 'plain file name']],
  ['an input with a slash', { inFiles: 'sub/in.data' }, 1302, ['inFiles', '"sub/in.data"']],
  ['an output outside of the directory', { outFiles: '../../evil' }, 1371, ['outFiles', '"../../evil"']],
  ['an output with a slash', { outFiles: 'sub/out.data' }, 1371, ['outFiles', '"sub/out.data"']],
  ['an output that looks like an option', { outFiles: '-rf' }, 1371, ['outFiles', '"-rf"']],
  ['an input name that is too long', { inFiles: longLfn }, 1190, ['261 characters', 'at most 255']],
  ['an output name that is too long', { outFiles: longLfn }, 1190, ['261 characters', 'at most 255']],
  ['a log name with a slash', { logFile: '../log.tgz', outFiles: '../log.tgz' }, 1371, ['"../log.tgz"']],
  ['a checksum of an unknown kind', { inFiles: 'in.data', checksum: 'sha1:0123456789' }, 1314, ['in.data', 'sha1']],
  ['a checksum that is no number', { inFiles: 'in.data', checksum: 'ad:quark' }, 1314, ['in.data', 'ad:quark']],
  ['a size that is no number', { inFiles: 'in.data', fsize: 'big' }, 1302, ['fsize of in.data', 'big']],
  ['no transformation', { transformation: 'NULL' }, 1302, ['transformation is missing']],
  ['outputs without scopes', { outFiles: 'out.data', scopeOut: 'NULL' }, 1302, ['scopeOut is missing']],
  ['an output named twice', { outFiles: 'out.data,out.data', scopeOut: 'a,a' }, 1302, ['out.data twice']],
] as const

describe.concurrent('a job definition that cannot be used', () => {
  it('is reported failed with code and reason, does nothing, and the pilot goes on with the next job', async () => {
    await using site = await openSite({ queue: { timefloor: 60 } })
    const bad = badDefinitions.map(([, wire]) => site.offer({ wire }))
    const good = site.offer({ pars: 'exit 0' })
    const pilot = site.pilot(['-x', '1'])
    expect((await pilot.ended()).exitCode).toBe(0)

    for (const [index, [which, , code, words]] of badDefinitions.entries()) {
      const id = bad[index] ?? 0
      const { fields, outcome } = site.job(id)
      expect({ which, outcome, code: fields.pilotErrorCode }).toEqual({ which, outcome: 'failed', code })
      for (const word of words) expect(fields.pilotErrorDiag).toContain(word)
      expect(fields).not.toHaveProperty('transExitCode')
      expect(await readdir(site.jobDirectory(id))).toEqual([])
    }
    expect(site.job(good).outcome).toBe('finished')
    expect(pilot.events.filter(({ type }) => type === 'payload.started')).toHaveLength(1)
    await expect(access(join(site.directory, 'evil'))).rejects.toThrow('ENOENT')
  })

  it('for want of a PandaID is told in the log alone; the job that came with it runs', async () => {
    await using site = await openSite({
      dialects: ['v1'],
      faults: ({ name, numberOfName }) => {
        if (name !== 'pilot/acquire_jobs' || numberOfName > 1) return undefined
        const jobs = [{ transformation: 'lost.sh', jobPars: 'nobody knows whose' }, site.panda.jobs.get(id)?.definition]
        const body = JSON.stringify({ success: true, message: '', data: { StatusCode: 0, jobs } })
        return { kind: 'status', status: 200, body, performed: true }
      },
    })
    const id = site.offer({ pars: 'exit 0' })
    const pilot = site.pilot(['--concurrent-jobs', '2', '-x', '1'])
    expect((await pilot.ended()).exitCode).toBe(0)
    expect(site.job(id).outcome).toBe('finished')
    expect(pilot.stderr()).toContain('PandaID is missing')
    const told = site.calls.filter(({ name }) => name === 'pilot/update_job').map(({ parameters }) => parameters.job_id)
    expect(new Set(told)).toEqual(new Set([id]))
  })

  it('for want of any sense at all does not end the pilot: it asks no more and leaves with 0', async () => {
    const body = JSON.stringify({ success: true, message: '', data: { StatusCode: 0, jobs: ['a job', 17, null] } })
    await using site = await openSite({
      dialects: ['v1'],
      faults: ({ name }) => (name === 'pilot/acquire_jobs' ? { kind: 'status', status: 200, body } : undefined),
    })
    const pilot = site.pilot(['-x', '1'])
    expect((await pilot.ended()).exitCode).toBe(0)
    expect(pilot.stderr()).toContain('no dictionary but "a job"')
  })
})

describe.concurrent('checksums of inputs', () => {
  it('are understood in every notation, in one job', async () => {
    await using site = await openSite()
    // Its adler32 begins with a zero, which some catalogues drop.
    const content = 'ab'
    const adler = '012600c4'
    const md5 = createHash('md5').update(content).digest('hex')
    const notations = [
      ...[`ad:${adler}`, `adler:${adler}`, `ad32:${adler}`, `adler32:${adler}`, adler],
      ...[`AD:${adler.toUpperCase()}`, ` ad:${adler} `, `ad:${adler.slice(1)}`, adler.slice(1)],
      ...[`md:${md5}`, `md5:${md5}`, md5, `MD5:${md5.toUpperCase()}`],
      ...['NULL', 'None', '', '0', 'ad:00000000'],
    ]
    const inputs = await Promise.all(notations.map((_, index) => site.input(`in.${index}`, content)))
    expect(new Set(inputs.map(({ adler32 }) => adler32))).toEqual(new Set([adler]))
    const id = site.offer({ inputs, pars: 'exit 0', wire: { checksum: notations.join(',') } })
    const pilot = site.pilot()
    expect((await pilot.ended()).exitCode).toBe(0)
    expect(site.job(id)).toMatchObject({ outcome: 'finished', fields: { pilotErrorCode: 0 } })
    expect(pilot.stderr().match(/has no checksum in the job definition/g)).toHaveLength(5)
    expect(historyOf(site.panda, id).at(-1)?.after).toBe('finished')
  })
})
