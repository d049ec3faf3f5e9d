import { crc32 } from 'node:zlib'
import type { JobRecord } from '../job/record.ts'

/** LMDB has no checksums: a damaged page gives back other bytes without a word (shared with every value we store). */
const checksumBytes = 4

/** What is stored for one record: when, and what. The sequence number is in the key. */
export interface StoredRecord {
  readonly at: number
  readonly record: JobRecord
}

/**
 * A record as bytes: CRC-32 of the key's text and the JSON, big endian, then the JSON. The key is in the sum so that a
 * value that turns up under another key is noticed. Throws what JSON.stringify throws.
 */
export function recordBytes(job: string, seq: number, stored: StoredRecord): Buffer {
  const json = Buffer.from(JSON.stringify(stored))
  const bytes = Buffer.allocUnsafe(checksumBytes + json.length)
  bytes.writeUInt32BE(checksum(job, seq, json))
  json.copy(bytes, checksumBytes)
  return bytes
}

/** The record, or undefined when these are not the bytes that were written under this key. */
export function recordOf(job: string, seq: number, bytes: Uint8Array): StoredRecord | undefined {
  if (bytes.length <= checksumBytes) return undefined
  const json = Buffer.from(bytes.buffer, bytes.byteOffset + checksumBytes, bytes.length - checksumBytes)
  if (Buffer.from(bytes.buffer, bytes.byteOffset, checksumBytes).readUInt32BE() !== checksum(job, seq, json)) {
    return undefined
  }
  // The checksum says that these are our own bytes, and the schema version that we know their shape.
  return JSON.parse(json.toString()) as StoredRecord
}

function checksum(job: string, seq: number, json: Uint8Array): number {
  return crc32(json, crc32(`${job}/${seq}`))
}
