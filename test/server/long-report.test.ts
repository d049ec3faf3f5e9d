import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { JobUpdate } from '../../src/job/update.ts'
import { jobIn } from '../standin/fixtures.ts'
import { finished } from './examples.ts'
import { standinWorld } from './standin-world.ts'
import { temporaryDirectory } from './temporary.ts'

const report = JSON.stringify({ files: { output: [] }, exitMsg: 'said "well" '.repeat(100_000) })

/** A final update whose job report lies in a file. */
async function long(pandaId: number): Promise<JobUpdate & { readonly textFile: string }> {
  const textFile = join(await temporaryDirectory(), 'jobReport.reduced.json')
  await writeFile(textFile, report)
  const update = finished(pandaId)
  if (update.final === undefined) throw new Error('not final')
  return { ...update, final: { ...update.final, metaData: { textFile, bytes: report.length } }, textFile }
}

describe.each(['v1', 'legacy'] as const)('a job report in a file, in the %s dialect', (dialect) => {
  it.each(['update', 'updateBulk'] as const)('arrives whole by %s', async (way) => {
    const { panda, server } = await standinWorld(dialect)
    jobIn(panda, 'running')
    const update = await long(10)
    await (way === 'update' ? server.update(update) : server.updateBulk([update]))
    expect(panda.jobs.get(10)).toMatchObject({ state: 'holding', metadata: report })
  })

  it.each(['update', 'updateBulk'] as const)('that is lost holds no outcome back, by %s', async (way) => {
    const { panda, server } = await standinWorld(dialect)
    jobIn(panda, 'running')
    const update = await long(10)
    await rm(update.textFile)
    await (way === 'update' ? server.update(update) : server.updateBulk([update]))
    expect(panda.jobs.get(10)).toMatchObject({ state: 'holding', metadata: null })
  })
})
