import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Contestant } from '../bench.ts'
import { pythonPeer } from '../peers.ts'
import type { Places } from './places.ts'
import { spent } from './spent.ts'

const loops = {
  'cp in': 'for file in "$mounted"/in/*; do cp "$file" "$work/"; done',
  'xrdcp in': 'for file in "$mounted"/in/*; do xrdcp -s -f "$far/in/$(basename "$file")" "$work/"; done',
  'xrdcp out': 'for file in "$work"/made/*; do xrdcp -s -f "$file" "$far/out/$(basename "$file")"; done',
} as const

/** A shell that carries one file after the other and compares nothing. */
export function shellLoop(way: keyof typeof loops, places: Places): Contestant {
  const { files, mounted, work, xrootd = '' } = places
  return {
    name: `${way.split(' ')[0]}, shell, unverified`,
    async run() {
      const bytes = files.reduce((sum, { size }) => sum + size, 0)
      const figures = await spent(files.length, bytes, async () => {
        const env = { PATH: process.env.PATH, mounted, work, far: xrootd }
        await promisify(execFile)('sh', ['-ec', loops[way]], { env })
      })
      await places.tidy()
      return figures
    },
  }
}

/** One file after the other with shutil, and zlib's checksum of it over 8 KiB blocks of a mapping, as the Python pilot does. */
export function pythonCopy(direction: 'in' | 'out', { mounted, work, tidy }: Places): Contestant {
  const [from, to] = direction === 'in' ? [`${mounted}/in`, work] : [`${work}/made`, `${mounted}/out`]
  const peer = pythonPeer('python: shutil and zlib', 'file_transfers.py', direction, from, to)
  return {
    ...peer,
    async run() {
      const figures = await peer.run()
      await tidy()
      return figures
    },
  }
}
