/**
 * One line of `output.list`, by which ARC learns which moved file goes where (contracts/pilot-data.md 3.7). Ends with a
 * newline; appended in the directory the file was moved to.
 */
export function outputListLine(lfn: string, turl: string, adler32: string): string {
  return `${lfn} ${turl}:checksumtype=adler32:checksumvalue=${adler32}\n`
}
