import { join } from 'node:path'
import { createCopytools } from '../../src/storage/copytools.ts'
import type { CopyOrder } from '../../src/storage/port.ts'
import type { Workers } from '../../src/workers/port.ts'
import type { Contestant } from '../bench.ts'
import type { BenchFile, Places } from './places.ts'
import { spent } from './spent.ts'

/** Files at once, as the pilot has them under way; one with XRootD, whose small server lets clients at once wait for seconds. */
const inFlight = { cp: 4, mv: 4, xrdcp: 1 } as const

const tools = createCopytools({
  xrdcp: { binary: 'xrdcp', xrdfs: 'xrdfs', environment: { PATH: process.env.PATH ?? '' } },
})

/**
 * A copytool of ours with the verification that the pilot adds: an input is read again and its checksum compared; an
 * output is measured before it leaves, and the far side's answer compared.
 */
export function ourTool(
  name: 'cp' | 'mv' | 'xrdcp',
  direction: 'in' | 'out',
  places: Places,
  workers: Workers,
): Contestant {
  const tool = tools.get(name)
  if (tool === undefined) throw new Error(`there is no copytool ${name}`)
  const far = name === 'xrdcp' ? places.xrootd : places.mounted
  const { work, files } = places

  async function move({ name: lfn, size, checksum }: BenchFile): Promise<void> {
    const local = direction === 'in' ? join(work, lfn) : join(work, 'made', lfn)
    if (direction === 'out') await check(local, checksum.value)
    const remote = `${far}/${direction}/${lfn}`
    const order: CopyOrder = { direction, lfn, local, remote, size, checksum, timeout: 600 }
    const outcome = await tool?.copy(order, () => {}, new AbortController().signal)
    if (outcome?.kind !== 'copied') throw new Error(`${name}: ${outcome?.error.text}`)
    if (direction === 'in') await check(local, checksum.value)
    else if (outcome.remoteSize !== size) throw new Error(`${remote} has ${outcome.remoteSize} bytes`)
  }

  async function check(path: string, adler32: string): Promise<void> {
    const found = await workers.measure(path, ['adler32'], undefined, 'follow')
    if (found.kind !== 'measured' || found.file.adler32 !== adler32) throw new Error(`${path} is not what it should be`)
  }

  return {
    name: `panda-pilot ${name}`,
    async run() {
      const waiting = [...files]
      const carry = async (): Promise<void> => {
        for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) await move(file)
      }
      const bytes = files.reduce((sum, { size }) => sum + size, 0)
      const figures = await spent(files.length, bytes, async () => {
        await Promise.all(Array.from({ length: inFlight[name] }, carry))
      })
      await places.tidy()
      return figures
    },
  }
}
