// What the kernel says of processes (proc(5)), and the way to end one. A process that is gone reads as empty.
import { readFileSync } from 'node:fs'
import { ticksPerSecond } from '../../src/host/proc.ts'

/** The processes started by this one, youngest last. */
export function childrenOf(pid: number): number[] {
  return read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number)
}

/** The process and all below it, as far as parents are alive. */
export function treeOf(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(treeOf)]
}

export function argumentsOf(pid: number): string[] {
  return read(`/proc/${pid}/cmdline`).split('\0').slice(0, -1)
}

/** At once, and without a word when it has ended by itself. */
export function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // Gone.
  }
}

export interface CpuTime {
  /** User and system of all its threads, s in steps of 0.01; NaN when the process is gone. */
  readonly own: number
  /** Of children that ended and were waited for. */
  readonly children: number
}

export function cpuOf(pid: number): CpuTime {
  const stat = read(`/proc/${pid}/stat`)
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const seconds = (first: number): number => (Number(fields[first]) + Number(fields[first + 1])) / ticksPerSecond
  return { own: seconds(11), children: seconds(13) }
}

export interface ProcessSample {
  /** Without children. */
  readonly cpuSeconds: number
  /** MB; the most it ever had. */
  readonly peakMB: number
}

/** Undefined when the process is gone. */
export function sampleProcess(pid: number): ProcessSample | undefined {
  const { own } = cpuOf(pid)
  const peakKiB = /^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1]
  // A process that just ended has no memory any more.
  if (peakKiB === undefined) return undefined
  return { cpuSeconds: own, peakMB: (Number(peakKiB) * 1024) / 1e6 }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
