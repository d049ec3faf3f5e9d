// Readers of the texts under /proc (proc(5)). None of them throws: a process may vanish, a kernel may leave lines out.

/** What we use of /proc/<pid>/stat. */
export interface ProcStat {
  readonly pid: number
  /** R, S, D, T (stopped), Z (zombie) … */
  readonly state: string
  readonly parent: number
  readonly session: number
  /** Clock ticks of its own and of the children it waited for: utime + stime + cutime + cstime. */
  readonly cpuTicks: number
  /** Clock ticks after boot. */
  readonly startTicks: number
}

/** USER_HZ, fixed at 100 by the kernel's interface on the architectures we run on. */
export const ticksPerSecond = 100

/** The command name stands in parentheses and may hold blanks and parentheses: fields count from the last one. */
export function parseStat(text: string): ProcStat | undefined {
  const open = text.indexOf(' (')
  const close = text.lastIndexOf(')')
  if (open < 1 || close < open) return undefined
  const fields = text.slice(close + 2).split(' ')
  const number = (field: number) => Number(fields[field - 3] || Number.NaN)
  const stat = {
    pid: Number(text.slice(0, open)),
    state: fields[0] ?? '',
    parent: number(4),
    session: number(6),
    cpuTicks: number(14) + number(15) + number(16) + number(17),
    startTicks: number(22),
  }
  const numbers = [stat.pid, stat.parent, stat.session, stat.cpuTicks, stat.startTicks]
  return stat.state.length === 1 && numbers.every(Number.isSafeInteger) ? stat : undefined
}

/** The `Name:   n kB` lines of status, smaps_rollup and meminfo. */
export function parseKilobytes(text: string): ReadonlyMap<string, number> {
  const values = new Map<string, number>()
  for (const [, name, value] of text.matchAll(/^([A-Za-z_()0-9]+):[ \t]+(\d+) kB$/gm)) {
    if (name !== undefined) values.set(name, Number(value))
  }
  return values
}

/** Whether an environment (/proc/<pid>/environ) holds exactly this `NAME=value`. */
export function hasVariable(environ: Uint8Array, assignment: string): boolean {
  const separator = Buffer.of(0)
  return Buffer.concat([separator, environ, separator]).includes(Buffer.from(`\0${assignment}\0`))
}

/** The processors as /proc/cpuinfo lists them. */
export interface CpuInfo {
  /** Empty where the kernel names none (ARM). */
  readonly modelName: string
  readonly cacheKB: number | undefined
  readonly processors: number
  readonly sockets: number
  readonly coresPerSocket: number
  /** More than one thread a core. */
  readonly hyperThreading: boolean
  readonly flags: ReadonlySet<string>
}

export function parseCpuInfo(text: string): CpuInfo {
  const values = (key: string) =>
    [...text.matchAll(new RegExp(`^${key}[ \\t]*:[ \\t]*(.*)$`, 'gm'))].map(([, value]) => (value ?? '').trim())
  const first = (key: string) => values(key)[0] ?? ''
  const processors = values('processor').length
  const sockets = Math.max(1, new Set(values('physical id')).size)
  const coresPerSocket = count(first('cpu cores')) ?? Math.max(1, Math.ceil(processors / sockets))
  return {
    modelName: first('model name').replace(/\s+/g, ' '),
    cacheKB: count(first('cache size')),
    processors,
    sockets,
    coresPerSocket,
    hyperThreading: (count(first('siblings')) ?? 0) > coresPerSocket,
    flags: new Set(first('flags').split(' ')),
  }
}

function count(text: string): number | undefined {
  const value = Number.parseInt(text, 10)
  return Number.isSafeInteger(value) && value > 0 ? value : undefined
}
