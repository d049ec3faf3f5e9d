/**
 * What launcher.sh wrote about a payload's end. `exitCode` is the number bash gave: 128+n stands for "died of signal n"
 * as well as for a payload that chose to exit with it; a shell cannot tell the two apart.
 */
export interface ExitStatus {
  readonly exitCode: number
  /** User and system time of the payload and of all its processes that were waited for; undefined if unreadable. */
  readonly cpuSeconds: number | undefined
}

/** Room taken in the status file before the payload starts, so that its end can be written on a full disk. */
export const statusRoom = 256

const form = /^exit (\d{1,3})\n([^\n]*)\n([^\n]*)\nend\n/
const time = /(\d+)m(\d+)[.,](\d+)s/g

/** Reads a status file; undefined while the launcher has not written all of it. Never throws. */
export function parseExitStatus(text: string): ExitStatus | undefined {
  const found = form.exec(text)
  if (found === null) return undefined
  return { exitCode: Number(found[1]), cpuSeconds: sumOfTimes(found[3] ?? '') }
}

/** The second line of `times` is about the children; a shell with a locale may write a decimal comma. */
function sumOfTimes(line: string): number | undefined {
  const [user, system, ...more] = [...line.matchAll(time)].map(
    ([, minutes, seconds, fraction]) => Number(minutes) * 60 + Number(`${seconds}.${fraction}`),
  )
  return user === undefined || system === undefined || more.length > 0 ? undefined : user + system
}
