import { type Job, listOf, textOf } from './job.ts'

/** One file of an output report, read. */
export interface ReportedFile {
  readonly lfn: string
  readonly guid: string
  readonly fsize: number | null
  /** `ad:<adler32>`, else `md5:<md5sum>`, as the server stores it. */
  readonly checksum: string | null
  readonly endpoint: string | null
}

/** The files a job was defined with. */
export interface ExpectedFiles {
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly log: string | null
}

export function expectedFiles(job: Job): ExpectedFiles {
  const log = textOf(job, 'logFile')
  return {
    inputs: listOf(job, 'inFiles'),
    outputs: listOf(job, 'outFiles').filter((lfn) => lfn !== log),
    log: log === '' ? null : log,
  }
}

/**
 * Reads an output report (contracts/panda-server.md 5.5): JSON text of LFN to description; a guid in every entry, a
 * size and a checksum in every entry that is no input. Null when any of it is not so: the server then uses nothing.
 */
export function readReport(text: string, inputs: readonly string[]): ReportedFile[] | null {
  const entries = objectOf(parse(text))
  if (entries === null) return null
  const files: ReportedFile[] = []
  for (const [lfn, value] of Object.entries(entries)) {
    const file = readFile(lfn, value)
    if (file === null) return null
    if (!inputs.includes(lfn) && (file.fsize === null || file.checksum === null)) return null
    files.push(file)
  }
  return files
}

function readFile(lfn: string, value: unknown): ReportedFile | null {
  const entry = objectOf(value)
  if (entry?.guid === undefined) return null
  const fsize = entry.fsize === undefined ? null : Math.trunc(Number(entry.fsize))
  if (Number.isNaN(fsize)) return null
  const md5sum = /^[a-fA-F0-9]{32}$/.test(String(entry.md5sum)) ? `md5:${String(entry.md5sum)}` : null
  return {
    lfn,
    guid: String(entry.guid),
    fsize,
    checksum: entry.adler32 === undefined ? md5sum : `ad:${String(entry.adler32)}`,
    endpoint: entry.endpoint === undefined ? null : [entry.endpoint].flat().map(String).join(','),
  }
}

/**
 * Whether a file nobody defined belongs to an output all the same: `<output>._1`, `<output>_1`, or what a `regex|…`
 * output name matches.
 */
export function isVariantOf(lfn: string, output: string): boolean {
  if (output.startsWith('regex|')) return matches(output.slice(output.indexOf('|') + 1), lfn)
  return lfn.startsWith(output) && /^\.*_\d+$/.test(lfn.slice(output.length))
}

/** The per-file part of a payload's job report: LFN to events and GUID. Empty when the text is none. */
export function readJobReport(metadata: string | null): Map<string, { nentries: number | null; guid: string | null }> {
  const found = new Map<string, { nentries: number | null; guid: string | null }>()
  const files = objectOf(objectOf(parse(metadata ?? ''))?.files)
  for (const output of listIn(files?.output)) {
    for (const item of listIn(objectOf(output)?.subFiles)) {
      const sub = objectOf(item)
      if (sub?.name === undefined) continue
      const nentries = Number(sub.nentries ?? Number.NaN)
      found.set(String(sub.name), {
        nentries: Number.isNaN(nentries) ? null : nentries,
        guid: sub.file_guid === undefined ? null : String(sub.file_guid),
      })
    }
  }
  return found
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function objectOf(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null
}

function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern).test(text)
  } catch {
    return false
  }
}
