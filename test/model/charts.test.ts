import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type DirectedGraphNode, toDirectedGraph } from 'xstate/graph'
import { charts } from './charts.ts'
import { arrowsOf, nodesOf, statesOf } from './transitions.ts'
import { walks } from './walks.ts'

const machines = join(import.meta.dirname, '../../src/machines')
const states = charts.flatMap(statesOf).length
const transitions = charts.flatMap(arrowsOf).length
process.stdout.write(
  `model: ${charts.length} charts, ${states} states, ${transitions} transitions, each chart walked by its own test\n`,
)

test('every chart of the house is known here', () => {
  const files = readdirSync(machines).filter((file) =>
    readFileSync(join(machines, file), 'utf8').includes('createMachine('),
  )
  expect(files.sort()).toEqual(charts.map(({ id }) => `${id}.ts`).sort())
})

test.each(charts)('the chart of $id has its own walk', ({ id }) => {
  expect(existsSync(join(import.meta.dirname, `${id}.test.ts`))).toBe(true)
  expect(Object.keys(walks)).toContain(id)
})

test.each(charts)('the states and arrows of $id are those XState itself finds, and its `always`', (chart) => {
  const flat = (node: DirectedGraphNode): DirectedGraphNode[] => [node, ...node.children.flatMap(flat)]
  const nodes = flat(toDirectedGraph(chart))
  expect(statesOf(chart).map((state) => `${chart.id}.${state}`)).toEqual(nodes.slice(1).map(({ id }) => id))
  const found = new Set(nodes.flatMap(({ edges }) => edges.map(({ transition }) => transition)))
  const waiting = arrowsOf(chart).filter(({ event }) => event !== 'always')
  expect(new Set(waiting.map(({ definition }) => definition))).toEqual(found)
})

test.each(charts)(
  'the chart of $id opens with what it guarantees, what may happen to it and what never happens',
  ({ id }) => {
    const [guarantees, may, never] = readFileSync(join(machines, `${id}.ts`), 'utf8').split('\n')
    expect(guarantees).toMatch(/^\/\/ Guarantees: /)
    expect(may).toMatch(/^\/\/ May happen: /)
    expect(never).toMatch(/^\/\/ Never: /)
  },
)

test.each(charts)('the chart of $id is small enough to be read: 25 states at most', (chart) => {
  expect(statesOf(chart).length).toBeLessThanOrEqual(25)
})

test('no arrow takes every event there is', () => {
  expect(charts.flatMap(arrowsOf).filter(({ event }) => event === '*')).toEqual([])
})

test('every effect that a chart runs may fail without breaking it', () => {
  const unguarded = charts.flatMap(({ root }) =>
    nodesOf(root).flatMap(({ id: state, invoke, transitions: arrows }) =>
      invoke.filter(({ id }) => !arrows.has(`xstate.error.actor.${id}`)).map(({ src }) => `${state}: ${src}`),
    ),
  )
  expect(unguarded).toEqual([])
})
