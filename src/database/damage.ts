import type { JobKey } from '../job/ids.ts'
import type { ReadJournal } from './journal.ts'
import type { ReadManifest } from './manifest.ts'
import { schemaVersion } from './migrations.ts'
import type { Probed } from './probe.ts'
import { known } from './walk.ts'

export type Judgement =
  | { readonly kind: 'sound' }
  | { readonly kind: 'damaged'; readonly text: string }
  | { readonly kind: 'refused'; readonly text: string }

/**
 * Whether a database holds all that was acknowledged: what the child could read and the journal must be at least what the
 * manifest names, and without a gap.
 */
export function judge(probed: Probed, witness: ReadManifest, journal: ReadJournal): Judgement {
  if (probed.kind === 'damaged') return { kind: 'damaged', text: probed.text }
  const { form, last, missing } = probed.kind === 'read' ? probed.verdict : { form: undefined, last: [], missing: [] }
  if (!known(form)) return { kind: 'refused', text: foreign(form) }

  const inJournal = new Set(journal.records.map(({ job, seq }) => `${job}/${seq}`))
  const inDatabase = new Map<JobKey, number>(last)
  const lost = missing.filter(({ job, seq }) => !journal.forgotten.has(job) && !inJournal.has(`${job}/${seq}`)).length
  let unseen = 0
  for (const [job, acknowledged] of witness.kind === 'read' ? witness.manifest : []) {
    for (let seq = (inDatabase.get(job) ?? 0) + 1; seq <= acknowledged; seq += 1) {
      // Numbers that the database itself misses are counted already.
      if (!inJournal.has(`${job}/${seq}`) && !missing.some((one) => one.job === job && one.seq === seq)) unseen += 1
    }
  }
  if (lost + unseen === 0) return { kind: 'sound' }
  const what =
    probed.kind === 'empty' ? 'the data file is missing or empty, but' : 'some of the records cannot be read:'
  return { kind: 'damaged', text: `${what} ${lost + unseen} acknowledged records are not there` }
}

function foreign(form: number | undefined): string {
  return form !== undefined && form > schemaVersion
    ? `was written by a newer pilot (form ${form}, known up to ${schemaVersion}): use that pilot, or another directory`
    : 'is not a database of this pilot: name another directory by --database DIR'
}
