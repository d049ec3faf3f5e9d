import { expect, test } from 'vitest'
import { compare } from '../../bench/compare.ts'

test('a contestant that starts warm runs in the rounds that count and in no other', async () => {
  const ran: string[] = []
  const contestant = (name: string, startsWarm: boolean) => ({
    name,
    startsWarm,
    run: async () => {
      ran.push(name)
      return { wall: ran.length }
    },
  })
  const { standings } = await compare('order', { wall: 's' }, [contestant('ours', false), contestant('peer', true)], {
    rounds: 2,
    say: () => {},
  })
  expect(ran).toEqual(['ours', 'ours', 'peer', 'ours', 'peer'])
  expect(standings[1]?.figures.wall).toEqual({ min: 3, median: 4, max: 5 })
})
