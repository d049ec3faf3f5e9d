import type { StoredFile } from '../job/files.ts'

/**
 * The `xml` / `job_output_report` text: JSON that names every file brought to storage, the log included
 * (contracts/panda-server.md 5.5). The checksum is the bare adler32; the server itself puts `ad:` before it.
 */
export function jobOutputReport(stored: readonly StoredFile[]): string {
  return JSON.stringify(
    Object.fromEntries(
      stored.map(({ lfn, guid, size, adler32, surl, rse }) => [
        lfn,
        { guid, fsize: size, adler32, surl, ...(rse === undefined ? {} : { endpoint: rse }) },
      ]),
    ),
  )
}
