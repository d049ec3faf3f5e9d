import { execFileSync } from 'node:child_process'
import { access, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openSite, type WantedJob } from './site.ts'

const good = { lfn: 'in.data', size: 4, adler32: '03ea0196' }

interface BadJob {
  readonly what: string
  readonly job: WantedJob
  readonly code: number
  readonly words: readonly string[]
}

const badInputs: readonly BadJob[] = [
  {
    what: 'is missing',
    job: { inputs: [{ ...good, lfn: 'gone.data' }] },
    code: 1331,
    words: ['gone.data', 'does not exist'],
  },
  {
    what: 'has another adler32',
    job: { inputs: [{ ...good, adler32: '00000001' }] },
    code: 1171,
    words: ['in.data', 'adler32 is 03ea0196, 00000001 expected', 'job definition'],
  },
  {
    what: 'has another md5',
    job: { inputs: [good], wire: { checksum: `md5:${'0'.repeat(32)}` } },
    code: 1145,
    words: ['in.data', 'md5 is', `${'0'.repeat(32)} expected`],
  },
  {
    what: 'has another size',
    job: { inputs: [{ ...good, size: 5 }] },
    code: 1099,
    words: ['in.data', 'has 4 bytes, not 5'],
  },
  {
    what: 'is a directory',
    job: { inputs: [{ ...good, lfn: 'directory' }] },
    code: 1303,
    words: ['directory is no regular file'],
  },
  { what: 'is a pipe', job: { inputs: [{ ...good, lfn: 'pipe' }] }, code: 1303, words: ['pipe is no regular file'] },
]

const badOutputs: readonly BadJob[] = [
  {
    what: 'was not written',
    job: { outputs: ['out.data'], pars: 'exit 0' },
    code: 1165,
    words: ['out.data', 'did not write it'],
  },
  {
    what: 'is empty',
    job: { outputs: ['out.data'], pars: 'fill out.data 0' },
    code: 1191,
    words: ['out.data', 'empty file'],
  },
  {
    what: 'is a link to a file of the node',
    job: { outputs: ['out.data'], pars: 'link /etc/passwd out.data' },
    code: 1366,
    words: ['out.data', 'symbolic link'],
  },
  {
    what: 'is a link to another output',
    job: { outputs: ['out.data'], pars: 'write other x link other out.data' },
    code: 1366,
    words: ['out.data', 'symbolic link'],
  },
  {
    what: 'is a directory',
    job: { outputs: ['out.data'], pars: 'directory out.data' },
    code: 1366,
    words: ['out.data', 'directory'],
  },
  {
    what: 'is another one than what lies at its destination',
    job: { outputs: ['taken.data'], pars: 'write taken.data new' },
    code: 1221,
    words: ['taken.data', 'is there already'],
  },
]

describe.concurrent('files that are not what they should be fail their job alone, with code and reason', () => {
  it('inputs: the payload does not start, what is in storage stays as it was', async () => {
    await using site = await openSite({ queue: { timefloor: 60 } })
    expect(await site.input('in.data', 'beam')).toEqual(good)
    await mkdir(join(site.launch, 'directory'))
    execFileSync('mkfifo', [join(site.launch, 'pipe')])
    const ids = badInputs.map(({ job }) => site.offer(job))
    const last = site.offer({ inputs: [good], pars: 'exit 0' })
    const pilot = site.pilot(['-x', '1'])
    expect((await pilot.ended()).exitCode).toBe(0)
    for (const [index, { what, code, words }] of badInputs.entries()) {
      const id = ids[index] ?? 0
      const { fields, outcome, report } = site.job(id)
      expect({ what, outcome, code: fields.pilotErrorCode }).toEqual({ what, outcome: 'failed', code })
      for (const word of words) expect(fields.pilotErrorDiag).toContain(word)
      expect(fields).not.toHaveProperty('transExitCode')
      expect(Object.keys(JSON.parse(report ?? '{}'))).toEqual([`job.${id}.log.tgz`])
      await expect(access(join(site.jobDirectory(id), 'in.data'))).rejects.toThrow('ENOENT')
    }
    expect(site.job(last).outcome).toBe('finished')
    expect(pilot.events.filter(({ type }) => type === 'payload.started')).toHaveLength(1)
    expect(await readFile(join(site.launch, 'in.data'), 'utf8')).toBe('beam')
  })

  it('outputs: they are not sent, the log is', async () => {
    await using site = await openSite({ queue: { timefloor: 60 } })
    await writeFile(join(site.launch, 'taken.data'), 'old')
    const ids = badOutputs.map(({ job }) => site.offer(job))
    const pilot = site.pilot(['-x', '1'])
    expect((await pilot.ended()).exitCode).toBe(0)
    for (const [index, { what, code, words }] of badOutputs.entries()) {
      const id = ids[index] ?? 0
      const { fields, outcome, report } = site.job(id)
      expect({ what, outcome, code: fields.pilotErrorCode }).toEqual({ what, outcome: 'failed', code })
      for (const word of words) expect(fields.pilotErrorDiag).toContain(word)
      expect(fields).toMatchObject({ transExitCode: 0 })
      expect(Object.keys(JSON.parse(report ?? '{}'))).toEqual([`job.${id}.log.tgz`])
    }
    await expect(access(join(site.launch, 'out.data'))).rejects.toThrow('ENOENT')
    expect(await readFile(join(site.launch, 'taken.data'), 'utf8')).toBe('old')
  })

  it('an output that may be missing is no failure, also when it is empty', async () => {
    await using site = await openSite()
    const outputs = ['out.data', 'none.data', 'empty.data']
    const pars = 'write out.data x fill empty.data 0'
    const id = site.offer({ outputs, pars, wire: { allowNoOutput: 'none.data,empty.data' } })
    expect((await site.pilot().ended()).exitCode).toBe(0)
    const { outcome, report } = site.job(id)
    expect(outcome).toBe('finished')
    expect(Object.keys(JSON.parse(report ?? '{}')).sort()).toEqual([`job.${id}.log.tgz`, 'out.data'])
  })
})
