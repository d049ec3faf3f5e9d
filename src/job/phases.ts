/** Where a job is in its life; the order is the order of a job that succeeds. */
export const phases = [
  'preparing',
  'stage-in',
  'payload',
  'stage-out',
  'log',
  'reporting',
  'cleaning',
  'closed',
] as const
export type Phase = (typeof phases)[number]

/** What the server is told (contracts/panda-server.md 5.2). The first message of a job is always `starting`. */
export type ServerState = 'starting' | 'running' | 'finished' | 'failed'

/** A job's end. */
export type Outcome = 'finished' | 'failed'
