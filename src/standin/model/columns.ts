import type { Job, Stored } from './job.ts'

/** How a column takes a value: the server cuts it, or the database refuses the whole update (contracts/panda-server.md 5.1). */
type Column = { readonly cut: number } | { readonly bytes: number } | { readonly digits: number }

const tenDigits: Column = { digits: 10 }

const columns: Readonly<Record<string, Column>> = {
  modificationHost: { cut: 128 },
  pilotID: { cut: 200 },
  batchID: { cut: 80 },
  cpu_architecture_level: { cut: 20 },
  jobMetrics: { cut: 500 },
  pilotErrorDiag: { cut: 500 },
  exeErrorDiag: { cut: 500 },
  jobSubStatus: { cut: 80 },
  grid: { cut: 50 },
  sourceSite: { cut: 36 },
  destinationSite: { cut: 36 },
  schedulerID: { bytes: 128 },
  pilotTiming: { bytes: 100 },
  cpuConsumptionUnit: { bytes: 128 },
  actualCoreCount: { digits: 6 },
  meanCoreCount: { digits: 6 },
  cpuConversion: { digits: 5 },
  pilotErrorCode: { digits: 7 },
  nEvents: tenDigits,
  maxRSS: tenDigits,
  maxVMEM: tenDigits,
  maxSWAP: tenDigits,
  maxPSS: tenDigits,
  avgRSS: tenDigits,
  avgVMEM: tenDigits,
  avgSWAP: tenDigits,
  avgPSS: tenDigits,
}

/** Beyond this the server drops cpuConsumptionTime and keeps the rest. */
const longestCpuTime = 1e9

/**
 * Brings the values of one update into the form of their columns. `overflow` names the first column that is too
 * small: the database then refuses the whole update.
 */
export function fitColumns(
  fields: Readonly<Record<string, Stored>>,
):
  | { readonly kind: 'fit'; readonly fields: Record<string, Stored> }
  | { readonly kind: 'overflow'; readonly column: string } {
  const fitted: Record<string, Stored> = {}
  for (const [name, value] of Object.entries(fields)) {
    if (name === 'cpuConsumptionTime' && Number(value) > longestCpuTime) continue
    const column = columns[name]
    if (column === undefined) fitted[name] = value
    else if ('cut' in column) fitted[name] = String(value).slice(0, column.cut)
    else if (overflows(column, value)) return { kind: 'overflow', column: name }
    else fitted[name] = value
  }
  return { kind: 'fit', fields: fitted }
}

/** Stores fitted values and what the server reads out of jobMetrics. */
export function storeFields(job: Job, fields: Readonly<Record<string, Stored>>): void {
  Object.assign(job.fields, fields)
  for (const pair of String(fields.jobMetrics ?? '').split(' ')) {
    const [key, value] = pair.split('=', 2)
    if (value === undefined || value === '' || Number.isNaN(Number(value))) continue
    if (key === 'leak') job.fields.memory_leak = Number(value)
    if (key === 'chi2') job.fields.memory_leak_x2 = Number(value)
  }
}

function overflows(column: { readonly bytes: number } | { readonly digits: number }, value: Stored): boolean {
  if ('bytes' in column) return utf8Length(String(value)) > column.bytes
  return Math.abs(Number(value)) >= 10 ** column.digits
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length
}
