/** What the bench asks its server for: each is answered with the counts. */
export const orders = { count: 'count', drop: 'drop every connection' } as const

export interface Counts {
  /** Connections accepted so far, and those of them that resumed a TLS session. */
  connections: number
  resumed: number
}
