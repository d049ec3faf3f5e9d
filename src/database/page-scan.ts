import type { JobKey } from '../job/ids.ts'
import { recordOf, type StoredRecord } from './record-bytes.ts'

// The form of LMDB's pages (mdb.c of lmdb 3.5: MDB_page_header, MDB_node), little endian, 64 bit.
const pageHeader = 24
const nodeHeader = 8
const leafPage = 0x02
const metaPage = 0x08
const bigData = 0x01
/** Where a meta page holds the page size: header, magic, version, address, map size, then md_pad of the free list. */
const pageSizeAt = pageHeader + 4 + 4 + 8 + 8

/**
 * Finds records in the bytes of an LMDB file whose structure cannot be trusted: looks at every page by itself, follows
 * nothing but a record's own overflow pages, believes only what its checksum proves. So it needs no root, cannot be led
 * astray by damaged pointers, and finds what a broken branch page hides. Of several versions of a record the one of the
 * latest transaction counts. Limit: pages that LMDB has given up are found too, with records of jobs long forgotten.
 */
export function scanPages(file: Buffer): ReadonlyMap<JobKey, ReadonlyMap<number, StoredRecord>> {
  const size = pageSize(file)
  const found = new Map<JobKey, Map<number, StoredRecord>>()
  const transactions = new Map<string, bigint>()
  for (let start = 0; start + size <= file.length; start += size) {
    const page = file.subarray(start, start + size)
    if ((page.readUInt16LE(18) & leafPage) === 0) continue
    const transaction = page.readBigUInt64LE(8)
    for (const value of valuesOf(file, page, size)) {
      const stored = readable(value)
      if (stored === undefined) continue
      const name = `${stored.job}/${stored.seq}`
      const known = transactions.get(name)
      if (known !== undefined && known > transaction) continue
      transactions.set(name, transaction)
      const records = found.get(stored.job) ?? new Map<number, StoredRecord>()
      found.set(stored.job, records.set(stored.seq, stored))
    }
  }
  return found
}

/** From a meta page (0 or 1 page into the file) where one is whole, otherwise the usual one. */
function pageSize(file: Buffer): number {
  for (const start of [0, 4096, 8192, 16_384, 65_536]) {
    if (start + pageSizeAt + 4 > file.length || (file.readUInt16LE(start + 18) & metaPage) === 0) continue
    const size = file.readUInt32LE(start + pageSizeAt)
    if (size >= 512 && size <= 65_536 && (size & (size - 1)) === 0) return size
  }
  return 4096
}

/** What may be values on a leaf page: nothing here is believed yet. */
function* valuesOf(file: Buffer, page: Buffer, size: number): Generator<Buffer> {
  const nodes = Math.min(page.readUInt16LE(20), size - pageHeader) >> 1
  for (let index = 0; index < nodes; index += 1) {
    const at = page.readUInt16LE(pageHeader + 2 * index) + pageHeader
    if (at + nodeHeader > size) continue
    const length = page.readUInt32LE(at)
    const data = at + nodeHeader + page.readUInt16LE(at + 6)
    if ((page.readUInt16LE(at + 4) & bigData) === 0) {
      if (data + length <= size) yield page.subarray(data, data + length)
    } else if (data + 8 <= size) {
      const start = Number(page.readBigUInt64LE(data)) * size + pageHeader
      if (Number.isSafeInteger(start) && start + length <= file.length) yield file.subarray(start, start + length)
    }
  }
}

function readable(value: Buffer): StoredRecord | undefined {
  try {
    return recordOf(value)
  } catch {
    return undefined
  }
}
