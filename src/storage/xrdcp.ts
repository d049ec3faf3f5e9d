import { lstat, rename, rm, stat } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import { errors } from '../job/error-table.ts'
import { classify, failed, otherSize, stopped, timedOut } from './copy-errors.ts'
import { systemErrorOf } from './local-copy.ts'
import type { CopyOrder, CopyOutcome, CopyProgress, Copytool } from './port.ts'
import { runTool, type ToolRun } from './tool-process.ts'
import { createXrootdDoor, type XrootdDoor } from './xrootd-door.ts'
import { checksumArgument, parseRootUrl, printedChecksum, type RootAddress, xrootdTimers } from './xrootd-words.ts'

export interface XrdcpOptions {
  /** Program of the copies; `xrdfs` is that of the questions. Names are looked up in the PATH of `environment`. */
  readonly binary: string
  readonly xrdfs: string
  /** Whole environment of the tools: credentials, PATH; the client's timers are added. */
  readonly environment: Readonly<Record<string, string>>
}

type Copied = Extract<CopyOutcome, { kind: 'copied' }>

/** ms between looks at a growing file. */
const progressInterval = 1000
/** s for removing what a failed upload left; less when the caller waits for the end of a stopped copy. */
const removalTime = { failed: 15, stopped: 0.5 } as const

/**
 * The XRootD client (contracts/pilot-data.md 4.3, appendix A.1). A known checksum is verified by the tool; downloads go
 * to `<local>.part` and replace `local` at the end; uploads replace the remote file, unless that one is found to be
 * identical, which then counts as brought. A failed upload removes the remote file if there was none before it.
 */
export function createXrdcpTool({ binary, xrdfs, environment }: XrdcpOptions): Copytool {
  const door = createXrootdDoor(xrdfs, environment)

  const transfer: Transfer = (order, from, to, signal) =>
    runTool(
      {
        program: binary,
        args: ['-np', '-f', '--cksum', checksumArgument(order.checksum), from, to],
        environment: { ...environment, ...xrootdTimers(order.timeout) },
        timeout: order.timeout,
      },
      signal,
    )

  return {
    name: 'xrdcp',
    schemes: ['root', 'roots', 'xroot', 'xroots'],
    async copy(order, progress, signal) {
      if (signal.aborted) return stopped('xrdcp', order)
      const address = parseRootUrl(order.remote)
      if (address === undefined || !isAbsolute(order.local)) {
        return classify({
          tool: 'xrdcp',
          order,
          text: `${order.remote} is no root:// URL, or ${order.local} no absolute path`,
        })
      }
      try {
        return order.direction === 'in'
          ? await download(order, transfer, progress, signal)
          : await upload(order, address, transfer, door, signal)
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error)
        return classify({ tool: 'xrdcp', order, systemError: systemErrorOf(error), text })
      }
    },
  }
}

type Transfer = (order: CopyOrder, from: string, to: string, signal: AbortSignal) => Promise<ToolRun>

/** The outcome of a run that did not do it; undefined for one that did. */
function trouble(order: CopyOrder, run: ToolRun): Exclude<CopyOutcome, Copied> | undefined {
  switch (run.kind) {
    case 'stopped':
      return stopped('xrdcp', order)
    case 'timed-out':
      return timedOut('xrdcp', order)
    case 'broken':
      return classify({ tool: 'xrdcp', order, text: run.text })
    case 'ended': {
      const { exitCode, stdout, stderr } = run
      return exitCode === 0 ? undefined : classify({ tool: 'xrdcp', order, exitCode, text: `${stdout}\n${stderr}` })
    }
  }
}

async function download(
  order: CopyOrder,
  transfer: Transfer,
  progress: CopyProgress,
  signal: AbortSignal,
): Promise<CopyOutcome> {
  const part = `${order.local}.part`
  await rm(part, { force: true })
  const watch = setInterval(() => {
    stat(part).then(
      ({ size }) => progress(size),
      () => undefined,
    )
  }, progressInterval)
  try {
    const problem = trouble(order, await transfer(order, order.remote, part, signal))
    if (problem !== undefined) return problem
    const { size } = await stat(part)
    if (order.size !== undefined && order.size !== size) return otherSize(order, order.remote, size, 'other-replica')
    await rename(part, order.local)
    progress(size)
    return { kind: 'copied', remoteSize: size, remoteChecksum: order.checksum, linked: false }
  } finally {
    clearInterval(watch)
    await rm(part, { force: true })
  }
}

async function upload(
  order: CopyOrder,
  address: RootAddress,
  transfer: Transfer,
  door: XrootdDoor,
  signal: AbortSignal,
): Promise<CopyOutcome> {
  const source = await lstat(order.local).catch(() => undefined)
  if (source === undefined) return failed('MISSINGOUTPUTFILE', `${order.local} does not exist`, 'give-up')
  if (!source.isFile()) return failed('FILEHANDLINGFAILURE', `${order.local} is no regular file`, 'give-up')
  if (order.size !== undefined && order.size !== source.size)
    return otherSize(order, order.local, source.size, 'give-up')

  const before = await door.stat(address, signal)
  if (before.kind === 'there' && before.size === source.size && order.checksum !== undefined) {
    const remoteChecksum = await door.checksum(address, signal)
    if (remoteChecksum?.value === order.checksum.value) return stored(source.size, remoteChecksum)
  }
  const run = await transfer(order, order.local, order.remote, signal)
  const outcome = await verified(order, address, run, source.size, door, signal)
  if (outcome.kind === 'failed' && before.kind === 'absent') {
    await door.remove(address, signal.aborted ? removalTime.stopped : removalTime.failed)
  }
  return outcome
}

function stored(remoteSize: number | undefined, remoteChecksum: Copied['remoteChecksum']): Copied {
  return { kind: 'copied', remoteSize, remoteChecksum, linked: false }
}

/** A server that knows no checksums makes xrdcp fail although the file is there: then its size must do. */
async function verified(
  order: CopyOrder,
  address: RootAddress,
  run: ToolRun,
  size: number,
  door: XrootdDoor,
  signal: AbortSignal,
): Promise<CopyOutcome> {
  const problem = trouble(order, run)
  const onlyUnverified = problem?.error.code === errors.CHKSUMNOTSUP.code
  if (problem !== undefined && !onlyUnverified) return problem
  const after = await door.stat(address, signal)
  if (signal.aborted) return stopped('xrdcp', order)
  if (after.kind === 'there' && after.size !== size) {
    return otherSize({ ...order, size }, order.remote, after.size, 'retry')
  }
  if (after.kind === 'absent')
    return classify({ tool: 'xrdcp', order, text: `${order.remote} is not there after the copy` })
  const remoteSize = after.kind === 'there' ? after.size : undefined
  if (problem !== undefined) return remoteSize === undefined ? problem : stored(remoteSize, undefined)
  const printed = run.kind === 'ended' ? printedChecksum(run.stderr) : undefined
  return stored(remoteSize, order.checksum ?? printed)
}
