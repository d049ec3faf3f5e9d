import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { commitNow } from '../../src/database/commit.ts'
import { openLmdb } from '../../src/database/lmdb-files.ts'
import { scanPages } from '../../src/database/page-scan.ts'
import { recordBytes, type StoredRecord } from '../../src/database/record-bytes.ts'
import type { JobKey } from '../../src/job/ids.ts'

let directory: string
let file: Buffer
const written = new Map<string, StoredRecord>()

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pilotdb-scan-'))
  const files = openLmdb(directory)
  for (let seq = 1; seq <= 120; seq += 1) {
    const job = `${40 + (seq % 3)}.1` as JobKey
    const cause = 'z'.repeat(seq % 10 === 0 ? 9000 : seq * 3)
    const stored: StoredRecord = { job, seq, at: seq, record: { kind: 'phase', phase: 'payload', cause } }
    written.set(`${job}/${seq}`, stored)
    // The first version of a record must not be taken for the last.
    const early: StoredRecord = { ...stored, record: { kind: 'phase', phase: 'log', cause } }
    commitNow(files, [{ job, seq, bytes: recordBytes(early) }])
    commitNow(files, [{ job, seq, bytes: recordBytes(stored) }])
  }
  await files.root.close()
  file = await readFile(join(directory, 'data.mdb'))
})

afterAll(() => rm(directory, { recursive: true }))

const found = (bytes: Buffer) => [...scanPages(bytes).values()].flatMap((records) => [...records.values()])

test('a whole file gives every record, in its last version', () => {
  const bySeq = (a: StoredRecord, b: StoredRecord) => a.seq - b.seq
  expect(found(file).sort(bySeq)).toEqual([...written.values()].sort(bySeq))
})

test('so it does without its meta pages', () => {
  const headless = Buffer.from(file)
  headless.fill(0xa5, 0, 8192)
  expect(found(headless)).toHaveLength(written.size)
})

test('any damage anywhere gives only records that were written, and never fails', () => {
  const spot = fc.tuple(fc.nat(file.length - 1), fc.uint8Array({ minLength: 1, maxLength: 5000 }))
  fc.assert(
    fc.property(fc.array(spot, { minLength: 1, maxLength: 8 }), fc.nat(file.length), (spots, length) => {
      const damaged = Buffer.from(file)
      for (const [at, bytes] of spots) damaged.set(bytes.subarray(0, damaged.length - at), at)
      for (const { job, seq, at } of found(damaged.subarray(0, length))) {
        expect(written.get(`${job}/${seq}`)?.at).toBe(at)
      }
    }),
    { numRuns: 200 },
  )
})
