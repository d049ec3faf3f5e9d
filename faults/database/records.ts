/** The job of all records. */
export const job = '4242.1'

/** What record `seq` says; longer ones begin alike. */
export function causeOf(seq: number, bytes: number): string {
  return `record ${seq} of ${job} ${'-'.repeat(bytes)}`
}
