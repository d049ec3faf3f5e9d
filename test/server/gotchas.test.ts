import { expect, it } from 'vitest'
import { read } from './gotchas-read.ts'
import { sent } from './gotchas-sent.ts'

/** The numbered list of contracts/panda-server.md 13. */
const gotchas = [...sent, ...read].sort((left, right) => left.number - right.number)

it.each(gotchas.filter(({ proof }) => proof !== undefined))('$number: $says', async ({ proof }) => {
  await proof?.()
})

it('all 42 are here, each either proved or with the reason why it is not ours', () => {
  expect(gotchas.map(({ number }) => number)).toEqual(Array.from({ length: 42 }, (_, at) => at + 1))
  for (const { number, proof, notOurs } of gotchas)
    expect((proof === undefined) !== (notOurs === undefined), `${number}`).toBe(true)
})
