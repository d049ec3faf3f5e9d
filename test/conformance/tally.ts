import { findDifference, notAsked, notSpoken } from './differences.ts'

/** What can be shown of an exchange. */
type Part = 'stand-in' | 'answer' | 'request'

interface Exchange {
  readonly folder: string
  readonly name: string
  readonly shown: Set<Part>
  different: boolean
}

const exchanges = new Map<string, Exchange>()

/** An exchange there is; one that is never shown to be equal is counted as different. */
export function expectExchange(folder: string, name: string): void {
  exchanges.set(`${folder}/${name}`, { folder, name, shown: new Set(), different: false })
}

export function tick(folder: string, name: string, part: Part, equal = true): void {
  const exchange = exchanges.get(`${folder}/${name}`)
  exchange?.shown.add(part)
  if (exchange !== undefined && !equal) exchange.different = true
}

/** The sum of all, for the end of the run. */
export function summary(): string {
  const all = [...exchanges.values()]
  const listed = (table: Parameters<typeof findDifference>[0]) =>
    all.filter(({ folder, name }) => findDifference(table, folder, name) !== undefined)
  const silent = listed(notSpoken)
  const unasked = new Set(listed(notAsked))
  const equal = all.filter(
    (exchange) =>
      !exchange.different &&
      !silent.includes(exchange) &&
      exchange.shown.has('stand-in') &&
      exchange.shown.has('answer') &&
      (exchange.shown.has('request') || unasked.has(exchange)),
  )
  const count = (part: Part) => all.filter(({ shown }) => shown.has(part)).length
  const different = all.length - equal.length - silent.length
  return [
    `conformance: ${all.length} exchanges, ${equal.length} equal, ${different} differences, ${silent.length} not spoken`,
    `  answered by the stand-in: ${count('stand-in')}; read by our client: ${count('answer')}; ` +
      `asked by our client: ${count('request')}, never asked: ${unasked.size}`,
  ].join('\n')
}
