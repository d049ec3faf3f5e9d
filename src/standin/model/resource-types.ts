/** The resource types every fresh server knows; null is open, memory in MB per core (contracts/panda-server.md 8). */
export const resourceTypes = [
  { resource_name: 'Undefined', mincore: 1, maxcore: null, minrampercore: null, maxrampercore: null },
  { resource_name: 'SCORE', mincore: 1, maxcore: 1, minrampercore: null, maxrampercore: 2000 },
  { resource_name: 'MCORE', mincore: 2, maxcore: null, minrampercore: null, maxrampercore: 2000 },
  { resource_name: 'SCORE_HIMEM', mincore: 1, maxcore: 1, minrampercore: 2001, maxrampercore: null },
  { resource_name: 'MCORE_HIMEM', mincore: 2, maxcore: null, minrampercore: 2001, maxrampercore: null },
] as const
