import { crc32 } from 'node:zlib'
import type { JobKey } from '../job/ids.ts'
import type { JobRecord } from '../job/record.ts'

/**
 * What is stored for one record. The job and the number are in the value too: so a value that turns up in another place
 * is noticed, and a record can be told from nothing but its bytes.
 */
export interface StoredRecord {
  readonly job: JobKey
  /** From 1 within a job. */
  readonly seq: number
  /** ms since the epoch. */
  readonly at: number
  /** null: this record is known to be lost; its number is not given out again. */
  readonly record: JobRecord | null
}

/** LMDB has no checksums: a damaged page gives back other bytes without a word (shared with every value we store). */
const checksumBytes = 4

/** CRC-32 of the JSON, big endian, then the JSON. Throws what JSON.stringify throws. */
export function recordBytes(stored: StoredRecord): Buffer {
  const json = Buffer.from(JSON.stringify(stored))
  const bytes = Buffer.alloc(checksumBytes + json.length)
  bytes.writeUInt32BE(crc32(json))
  json.copy(bytes, checksumBytes)
  return bytes
}

/** The record, or undefined when these are not bytes that `recordBytes` made. */
export function recordOf(bytes: Uint8Array): StoredRecord | undefined {
  if (bytes.length <= checksumBytes) return undefined
  const json = Buffer.from(bytes.buffer, bytes.byteOffset + checksumBytes, bytes.length - checksumBytes)
  if (Buffer.from(bytes.buffer, bytes.byteOffset, checksumBytes).readUInt32BE() !== crc32(json)) return undefined
  // The checksum says that these are our own bytes, and the schema version that we know their shape.
  return JSON.parse(json.toString()) as StoredRecord
}

/** The same bytes as one line of text: eight hexadecimal digits, a blank, the JSON (which has no line ends). */
export function recordLine(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  return `${buffer.toString('hex', 0, checksumBytes)} ${buffer.toString('utf8', checksumBytes)}\n`
}

/** The record of a line without its end, or undefined when it is not one that `recordLine` made. */
export function recordOfLine(line: string): StoredRecord | undefined {
  return recordOf(lineBytes(line))
}

function lineBytes(line: string): Buffer {
  return Buffer.concat([Buffer.from(line.slice(0, 2 * checksumBytes), 'hex'), Buffer.from(line.slice(9))])
}
