import type { Stats } from 'node:fs'
import { lstat, mkdir, readlink, stat, symlink, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { classify, failed, otherSize, stopped, timedOut } from './copy-errors.ts'
import { copyWhole, moveWithoutReplacing, systemErrorOf } from './local-copy.ts'
import type { LocalToolName } from './local-tools.ts'
import type { CopyOrder, CopyOutcome, CopyProgress, Copytool } from './port.ts'

export interface MvOptions {
  /** How an input comes into the work directory; outputs are always moved (contracts/pilot-data.md 4.6). */
  readonly inputs: 'link' | 'copy' | 'move'
  /** What queue documents call it; default `mv`. */
  readonly name?: LocalToolName
}

/**
 * The copytool for mounted storage and for sites where somebody else (ARC, aCT) carries files between node and storage.
 * Directories of the target are created. What already has the target's name is never replaced: the copy fails with 1221
 * and the caller, who knows how to read checksums, decides whether it is the same file; that also answers a copy that
 * was done just before a crash. Checksums are not verified here, sizes are.
 */
export function createMvTool({ inputs, name = 'mv' }: MvOptions): Copytool {
  return {
    name,
    schemes: [],
    async copy(order, progress, signal) {
      const deadline = AbortSignal.timeout(Math.ceil(order.timeout * 1000))
      try {
        const mode = order.direction === 'in' ? inputs : 'move'
        return await bring(order, mode, progress, AbortSignal.any([signal, deadline]))
      } catch (error) {
        if (signal.aborted) return stopped('mv', order)
        if (deadline.aborted) return timedOut('mv', order)
        const text = error instanceof Error ? error.message : String(error)
        return classify({ tool: 'mv', order, systemError: systemErrorOf(error), text })
      }
    },
  }
}

async function bring(
  order: CopyOrder,
  mode: MvOptions['inputs'],
  progress: CopyProgress,
  signal: AbortSignal,
): Promise<CopyOutcome> {
  signal.throwIfAborted()
  const [source, target] = order.direction === 'in' ? [order.remote, order.local] : [order.local, order.remote]
  const taken = await statOrNothing(lstat(target))
  if (taken !== undefined) {
    if (mode === 'link' && taken.isSymbolicLink() && (await readlink(target)) === source)
      return copied(order.size, true)
    return failed('FILEEXISTS', `${target} is there already`, 'give-up')
  }
  const found = await statOrNothing(order.direction === 'in' ? stat(source) : lstat(source))
  const refusal = unfit(order, source, found)
  if (refusal !== undefined) return refusal
  try {
    await mkdir(dirname(target), { recursive: true })
  } catch (error) {
    return failed('MKDIR', error instanceof Error ? error.message : String(error), 'give-up')
  }
  if (mode === 'link') await symlink(source, target)
  else if (mode === 'copy') await copyWhole(source, target, true, progress, signal)
  else if (await move(source, target, progress, signal)) return copied(found?.size, true)
  return copied(found?.size, mode === 'link')
}

async function statOrNothing(look: Promise<Stats>): Promise<Stats | undefined> {
  try {
    return await look
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemErrorOf(error) ?? '')) return undefined
    throw error
  }
}

/** An output that is a link could smuggle any file of the node out, so only regular files go. */
function unfit(order: CopyOrder, source: string, found: Stats | undefined): CopyOutcome | undefined {
  if (found === undefined) {
    return classify({ tool: 'mv', order, systemError: 'ENOENT', text: `${source} does not exist` })
  }
  if (!found.isFile()) return failed('FILEHANDLINGFAILURE', `${source} is no regular file`, 'give-up')
  if (order.size === undefined || found.size === order.size) return undefined
  return otherSize(order, source, found.size, order.direction === 'in' ? 'other-replica' : 'give-up')
}

/** True when it was a rename: no byte was touched. */
async function move(source: string, target: string, progress: CopyProgress, signal: AbortSignal): Promise<boolean> {
  const isLink = (await lstat(source)).isSymbolicLink()
  try {
    if (!isLink) {
      await moveWithoutReplacing(source, target)
      return true
    }
  } catch (error) {
    if (systemErrorOf(error) !== 'EXDEV') throw error
  }
  await copyWhole(source, target, isLink, progress, signal)
  await unlink(source)
  return false
}

function copied(size: number | undefined, linked: boolean): CopyOutcome {
  return { kind: 'copied', remoteSize: size, remoteChecksum: undefined, linked }
}
