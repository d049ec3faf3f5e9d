import { crc32 } from 'node:zlib'
import type { JobRecord } from '../job/record.ts'
import type { RecordKey } from './lmdb-files.ts'
import { recordBytes, recordOf, type StoredRecord } from './record-bytes.ts'

/** A step from one stored form to the next, for every value by itself. */
interface Migration {
  readonly from: number
  readonly to: number
  /** What changed, for the log. */
  readonly what: string
  /** A value of the old form under its key, in the new form; undefined when it is damaged. */
  value(key: RecordKey, bytes: Uint8Array): Uint8Array | undefined
}

/** In order, each from where the last one ended; the last one ends at the form that is written today. */
export const migrations: readonly Migration[] = [
  { from: 1, to: 2, what: 'a record names its job and number itself', value: describeItself },
]

/** The form that is written: one more with each change that an older pilot would misread. */
export const schemaVersion = migrations.at(-1)?.to ?? 1

/** Form 1: CRC-32 of `<job>/<seq>` and the JSON, big endian, then the JSON of { at, record }. */
function describeItself([job, seq]: RecordKey, bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length <= 4) return undefined
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const json = buffer.subarray(4)
  if (buffer.readUInt32BE() !== crc32(json, crc32(`${job}/${seq}`))) return undefined
  const { at, record } = JSON.parse(json.toString()) as { at: number; record: JobRecord }
  return recordBytes({ job, seq, at, record })
}

/** Reads a value of any form we know; undefined when it is damaged or of another form. Never throws. */
export function recordOfForm(form: number, key: RecordKey, bytes: Uint8Array): StoredRecord | undefined {
  try {
    let value: Uint8Array | undefined = bytes
    for (const migration of migrations) {
      if (migration.from >= form && value !== undefined) value = migration.value(key, value)
    }
    return value === undefined ? undefined : recordOf(value)
  } catch {
    return undefined
  }
}
