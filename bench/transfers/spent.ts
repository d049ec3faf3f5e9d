import { readFileSync } from 'node:fs'
import type { Figures } from '../bench.ts'

/** Ticks of /proc a second (USER_HZ), the same on every Linux that runs Node. */
const ticks = 100

/** Wall and CPU seconds of the work, ended children included, and what that makes a file and a second. */
export async function spent(files: number, bytes: number, work: () => Promise<void>): Promise<Figures> {
  const [cpu, start] = [cpuSeconds(), performance.now()]
  await work()
  const wall = (performance.now() - start) / 1000
  return { wall, rate: bytes / 1e6 / wall, perFile: (1000 * wall) / files, cpu: cpuSeconds() - cpu }
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  // Fields 16 and 17 of proc(5), counted after the name, which may hold blanks.
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)?.split(' ') ?? []
  return (user + system) / 1e6 + (Number(fields[13]) + Number(fields[14])) / ticks
}
