import {
  closeSync,
  constants,
  fsyncSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
} from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { createRedactor, type Redactor } from '../../job/redact.ts'
import { namesCredentials } from '../credential-names.ts'
import { createLeftOut, type LeftOut } from '../left-out.ts'
import { fileFailure, kindOf, openRegular } from '../open-regular.ts'
import { optimise } from '../optimise.ts'
import type { Archived, ArchiveOrder } from '../port.ts'
import { redactedFile } from '../redacted-file.ts'
import { type Put, writeTar } from '../tar-file.ts'
import { type TaskMessage, tickOf } from '../task-message.ts'
import { walk } from '../walk.ts'

/** The list of what is missing, inside the archive. */
const leftOutName = 'LEFT_OUT.txt'

interface Packing {
  readonly put: Put
  /** The directory that is archived, links resolved. */
  readonly directory: string
  readonly root: string
  readonly redactor: Redactor
  readonly leftOut: LeftOut
  readonly tick: () => void
}

/** The entry of the worker thread. */
export function run({ order, progress }: TaskMessage<ArchiveOrder>): Promise<Archived> {
  optimise()
  return writeArchive(order, tickOf(progress))
}

/**
 * Writes the log archive (contracts/pilot-core.md 9, without its faults): what a payload put into its directory cannot
 * make it hold a file from outside, a known secret, or a file named like credentials. `tick` is called after each block;
 * `openPart` creates the `.part` file.
 */
export async function writeArchive(order: ArchiveOrder, tick: () => void, openPart = openNew): Promise<Archived> {
  const part = `${order.target}.part`
  let fd: number | undefined
  try {
    rmSync(part, { force: true })
    fd = openPart(part)
    const redactor = createRedactor(order.secrets)
    const leftOut = createLeftOut()
    const directory = realpathSync(order.directory)
    const file = await writeTar(fd, tick, (put) =>
      packAll(order, { put, directory, root: order.root, redactor, leftOut, tick }),
    )
    fsyncSync(fd)
    renameSync(part, order.target)
    return { kind: 'archived', file, leftOut: leftOut.lines() }
  } catch (error) {
    discard(part)
    const { code } = fileFailure(part, error)
    const reason = error instanceof Error ? error.message : String(error)
    return {
      kind: 'failed',
      text: `cannot write the log archive ${order.target} of ${order.directory}: ${reason}`,
      noSpace: code === 'ENOSPC' || code === 'EDQUOT',
    }
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

function discard(part: string): void {
  try {
    rmSync(part, { force: true })
  } catch {
    // The error that brought us here says more than this one.
  }
}

/** Never opens what is already there: an earlier thread may still hold a file of that name. */
function openNew(part: string): number {
  return openSync(part, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600)
}

async function packAll(order: ArchiveOrder, packing: Packing): Promise<void> {
  const { put, directory, root, redactor, leftOut, tick } = packing
  await put({ name: root, type: 'directory', mode: 0o755, mtime: new Date(0) })
  const ours = new Set([leftOutName])
  for (const [path, name] of order.extra) {
    if (await packFile(packing, path, name, undefined)) ours.add(name)
  }
  const unwanted = new Set(order.leaveOut)
  const target = join(realpathSync(dirname(order.target)), basename(order.target))
  const itself = new Set([relative(directory, target), relative(directory, `${target}.part`)])
  for (const found of walk(directory, (path, name) => !unwanted.has(name) && !itself.has(path))) {
    tick()
    // A name of ours stays ours: what the payload calls the same is stored beside it.
    const [top = '', ...below] = found.path.split('/')
    const stored = ours.has(top) ? [`${top}.payload`, ...below].join('/') : found.path
    if (found.kind === 'skipped') leftOut.add(redactor.redact(found.path), found.reason)
    else if (found.stats.isDirectory()) await put(headerOf(packing, stored, 'directory', found.stats))
    else if (found.stats.isSymbolicLink()) await packLink(packing, found.path, stored, found.stats)
    else if (found.stats.isFile()) await packFile(packing, join(directory, found.path), stored, directory)
    else leftOut.add(redactor.redact(found.path), `it is ${kindOf(found.stats)}`)
  }
  const lines = leftOut.lines()
  if (lines.length === 0) return
  const list = Buffer.from(`${lines.join('\n')}\n`)
  await put({ name: `${root}/${leftOutName}`, type: 'file', size: list.length, mode: 0o644, mtime: new Date(0) }, [
    list,
  ])
}

/** Whether the file was packed. With `within` it must really lie there, however its directories were moved meanwhile. */
async function packFile(packing: Packing, path: string, stored: string, within: string | undefined): Promise<boolean> {
  const { put, redactor, leftOut, tick } = packing
  const shown = redactor.redact(stored)
  if (namesCredentials(basename(path)) || namesCredentials(basename(stored))) {
    leftOut.add(shown, 'its name says that it holds credentials')
    return false
  }
  const opened = openRegular(path, 'refuse')
  if (opened.kind !== 'opened') {
    if (within !== undefined || opened.kind === 'failed') leftOut.add(shown, redactor.redact(opened.text))
    return false
  }
  const { fd, stats } = opened
  try {
    if (within !== undefined && !isInside(within, readlinkSync(`/proc/self/fd/${fd}`))) {
      leftOut.add(shown, 'it was moved while it was packed')
      return false
    }
    if (stats.nlink > 1n && Number(stats.uid) !== process.geteuid?.()) {
      leftOut.add(shown, 'it is a hard link to a file of somebody else')
      return false
    }
    const redacted = redactedFile(fd, Number(stats.size), redactor, tick)
    const header = headerOf(packing, stored, 'file', { mode: Number(stats.mode), mtimeMs: Number(stats.mtimeMs) })
    await put({ ...header, size: redacted.length }, redacted.content)
    if (redacted.misfit()) leftOut.add(shown, 'it changed while it was packed: cut or filled with zeros')
    return true
  } finally {
    closeSync(fd)
  }
}

async function packLink(packing: Packing, path: string, stored: string, stats: Stats): Promise<void> {
  const { put, directory, redactor, leftOut } = packing
  const target = insideTarget(directory, join(directory, path))
  if (target === undefined) leftOut.add(redactor.redact(path), 'it is a link to nothing, or to something outside')
  else await put({ ...headerOf(packing, stored, 'symlink', stats), linkname: redactor.redact(target) })
}

/**
 * The target to store, relative to the link; undefined when it leads outside or nowhere. The written way must stay inside
 * as well as the real one: where the archive is unpacked, the links on the way may be gone.
 */
function insideTarget(directory: string, link: string): string | undefined {
  try {
    const written = readlinkSync(link)
    const real = realpathSync(link)
    if (!isInside(directory, real)) return undefined
    if (isAbsolute(written)) return relative(dirname(link), real)
    return isInside(directory, resolve(dirname(link), written)) ? written : undefined
  } catch {
    return undefined
  }
}

function isInside(directory: string, path: string): boolean {
  return path === directory || path.startsWith(directory + sep)
}

/** Permissions without setuid, setgid and sticky bits; no owner; a time that fits the format. */
function headerOf(
  { root, redactor }: Packing,
  stored: string,
  type: 'file' | 'directory' | 'symlink',
  { mode, mtimeMs }: { readonly mode: number; readonly mtimeMs: number },
) {
  const mtime = new Date(Math.min(Math.max(0, mtimeMs), 0x7fffffff * 1000))
  return { name: `${root}/${redactor.redact(stored)}`, type, mode: mode & 0o777, mtime }
}
