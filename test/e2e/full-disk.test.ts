import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { mountSmallDisk } from '../storage/small-disk.ts'
import { openSite } from './site.ts'

describe('a disk that is too small', () => {
  it('that fills up while the payload writes fails the job with 1098; the pilot lives and reports', async ({
    skip,
  }) => {
    await using site = await openSite()
    const id = site.offer({ outputs: ['out.data'], pars: 'fill out.data 4000000' })
    const disk = mountSmallDisk(site.jobDirectory(id))
    if (disk === undefined) return skip('this user may not mount a file system')
    try {
      const pilot = site.pilot()
      expect((await pilot.ended()).exitCode).toBe(0)
      const { outcome, fields } = site.job(id)
      expect(outcome).toBe('failed')
      expect(fields).toMatchObject({ pilotErrorCode: 1098, transExitCode: 1 })
      expect(fields.pilotErrorDiag).toMatch(/no space left on device/i)
      await expect(access(join(site.launch, 'out.data'))).rejects.toThrow('ENOENT')
    } finally {
      disk.unmount()
    }
  })

  it('from the beginning makes the pilot leave with 69 before it asks for a job', async ({ skip }) => {
    await using site = await openSite()
    const id = site.offer({ pars: 'exit 0' })
    const disk = mountSmallDisk(join(site.directory, 'small'))
    if (disk === undefined) return skip('this user may not mount a file system')
    try {
      const pilot = site.pilot(['--workdir', join(site.directory, 'small'), '--database', join(site.directory, 'db')])
      expect((await pilot.ended()).exitCode).toBe(69)
      expect(pilot.stderr()).toMatch(/bytes free in .*small.*, 2147483648 needed/)
      expect(site.job(id).state).toBe('activated')
    } finally {
      disk.unmount()
    }
  })
})
