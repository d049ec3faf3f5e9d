import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { unpack } from '../workers/unpack.ts'
import { openSite, queue, type Site } from './site.ts'

/** One pilot that runs every job offered so far, one after another. */
async function runAll(site: Site, options: readonly string[] = [], environment: Record<string, string> = {}) {
  const pilot = site.pilot(['-x', '1', ...options], environment)
  expect((await pilot.ended()).exitCode).toBe(0)
  return pilot
}

const severalJobs = { queue: { timefloor: 60 } }

/** A job report as payloads write it, brought in as an input file: `copy report.json jobReport.json`. */
async function reportFile(site: Site, report: object) {
  return site.input('report.json', JSON.stringify(report))
}

/** A file of the log archive. */
async function fromLog(site: Site, id: number, name: string): Promise<string | undefined> {
  const packed = await unpack(join(site.launch, `job.${id}.log.tgz`))
  return packed.get(`tarball_PandaJob_${id}_${queue}/${name}`)?.content.toString()
}

describe.concurrent('the payload', () => {
  it('has its exit code told as it is, with what it said last', async () => {
    await using site = await openSite(severalJobs)
    const codes = [1, 65, 137, 255]
    const ids = codes.map((code) => site.offer({ pars: `say working complain "ERROR: no beam ${code}" exit ${code}` }))
    await runAll(site)
    for (const [index, id] of ids.entries()) {
      const { fields, outcome } = site.job(id)
      expect(outcome).toBe('failed')
      expect(fields).toMatchObject({ transExitCode: codes[index], pilotErrorCode: 1305, exeErrorCode: 0 })
      expect(fields.pilotErrorDiag).toContain(`exit code ${codes[index]}`)
      expect(fields.pilotErrorDiag).toContain(`ERROR: no beam ${codes[index]}`)
      expect(await fromLog(site, id, 'payload.stdout')).toBe('working\n')
      expect(await fromLog(site, id, 'payload.stderr')).toBe(`ERROR: no beam ${codes[index]}\n`)
    }
  })

  it('that dies of a signal is told by it: 1328 for a segmentation fault', async () => {
    await using site = await openSite()
    const id = site.offer({ pars: 'die SEGV' })
    await runAll(site)
    expect(site.job(id).fields).toMatchObject({ pilotErrorCode: 1328, transExitCode: 139 })
  })

  it('explains its failure by a job report', async () => {
    await using site = await openSite()
    const report = await reportFile(site, { exitCode: 65, exitAcronym: 'TRF_EXEC', exitMsg: 'the geometry is flat' })
    const id = site.offer({ inputs: [report], pars: 'copy report.json jobReport.json exit 65' })
    await runAll(site)
    const { fields } = site.job(id)
    expect(fields).toMatchObject({ transExitCode: 65, exeErrorCode: 65, exeErrorDiag: 'the geometry is flat' })
    expect(fields.pilotErrorDiag).toContain('the geometry is flat')
  })

  it('does not succeed by exit code 0 when its job report says otherwise', async () => {
    await using site = await openSite()
    const report = await reportFile(site, { exitCode: 8, exitMsg: 'only half of the events' })
    const id = site.offer({ inputs: [report], pars: 'copy report.json jobReport.json exit 0' })
    await runAll(site)
    expect(site.job(id)).toMatchObject({ outcome: 'failed', fields: { transExitCode: 0, exeErrorCode: 8 } })
    expect(site.job(id).fields.pilotErrorDiag).toContain('only half of the events')
  })

  it('names GUIDs and events in its job report, and they are the ones reported', async () => {
    await using site = await openSite()
    const subFile = { name: 'out.data', file_guid: 'AAAAAAAA-BBBB-4CCC-8DDD-EEEEEEEEEEEE', nentries: 250 }
    const files = { output: [{ type: 'DATA', subFiles: [subFile] }] }
    const report = await reportFile(site, { exitCode: 0, exitMsg: 'OK', files })
    const pars = 'copy report.json jobReport.json write out.data x'
    const id = site.offer({ inputs: [report], outputs: ['out.data'], pars })
    await runAll(site)
    const job = site.job(id)
    expect(job.outcome).toBe('finished')
    expect(JSON.parse(job.report ?? '')['out.data']).toMatchObject({ guid: subFile.file_guid })
    expect(job.fields.nEvents).toBe(250)
    expect(job.metadata).toContain(subFile.file_guid)
  })

  it('sees the identity of its job and none of the pilot’s credentials', async () => {
    await using site = await openSite()
    const files = join(site.directory, 'credentials')
    await mkdir(files)
    for (const name of ['token', 'proxy']) await writeFile(join(files, name), `secret ${name}`)
    const secrets = {
      OIDC_AUTH_TOKEN: join(files, 'token'),
      OIDC_AUTH_ORIGIN: 'e2e.pilot',
      PANDA_AUTH_TOKEN: join(files, 'token'),
      X509_USER_PROXY: join(files, 'proxy'),
      SOME_PASSWORD: 'hunter2',
      AWS_SECRET_ACCESS_KEY: 'abcdef',
    }
    const id = site.offer({ outputs: ['env.txt'], pars: 'environment env.txt', wire: { coreCount: 4 } })
    await runAll(site, [], { ...secrets, FRONTIER_SERVER: 'squid' })
    const environment = await readFile(join(site.launch, 'env.txt'), 'utf8')
    for (const name of Object.keys(secrets)) expect(environment).not.toContain(`${name}=`)
    expect(environment).not.toContain(files)
    expect(environment).toContain('FRONTIER_SERVER=squid\n')
    expect(environment).toContain(`PANDAID=${id}\n`)
    expect(environment).toContain('ATHENA_PROC_NUMBER=4\n')
  })
})

describe.concurrent('a transform that cannot be had', () => {
  it('because its address is not allowed: 1149, and the allowed ones are named', async () => {
    await using site = await openSite()
    const id = site.offer({ wire: { transformation: 'http://evil.example/trf/user/payload.sh' } })
    const pilot = await runAll(site)
    const { fields } = site.job(id)
    expect(fields).toMatchObject({ pilotErrorCode: 1149 })
    expect(fields).not.toHaveProperty('transExitCode')
    expect(fields.pilotErrorDiag).toContain('evil.example')
    expect(fields.pilotErrorDiag).toMatch(/allowed are http:\/\/127\.0\.0\.1:\d+\/trf\/user/)
    expect(pilot.events.some(({ type }) => type === 'payload.started')).toBe(false)
  })

  it('because it is not on the server: 1149 with the answer, at once', async () => {
    await using site = await openSite()
    const id = site.offer({ transform: 'nothing.sh' })
    await runAll(site)
    expect(site.job(id).fields).toMatchObject({ pilotErrorCode: 1149 })
    expect(site.job(id).fields.pilotErrorDiag).toMatch(/nothing\.sh answered 404/)
  })

  it('because no such program is on the node: 1346', async () => {
    await using site = await openSite()
    const id = site.offer({ wire: { transformation: 'Reco_tf.py' } })
    await runAll(site)
    expect(site.job(id).fields).toMatchObject({ pilotErrorCode: 1346 })
    expect(site.job(id).fields.pilotErrorDiag).toContain('Reco_tf.py')
  })
})
