import { expect, test } from 'vitest'
import { type CampaignOrder, runCampaign } from '../../src/simulation/campaign.ts'

const order: CampaignOrder = {
  histories: 120,
  seed: 90_000,
  profile: undefined,
  size: { pilots: 2, jobs: 3 },
  bug: undefined,
  untilBroken: false,
}

test('no promise is broken, and the hash is the same whatever the number of threads', async () => {
  const two = await runCampaign(order, undefined, 2)
  expect(two).toMatchObject({ histories: 120, broken: [] })
  expect(two.counts).toEqual({ lost: 0, duplicated: 0, falseSuccess: 0, stuck: 0, broken: 0 })
  expect(await runCampaign(order, undefined, 1)).toEqual(two)
})

test('the search for a bug ends with the first history that shows it, on any number of threads', async () => {
  const search = { ...order, bug: 'daemons left behind', untilBroken: true }
  const one = await runCampaign(search, undefined, 1)
  expect(one.broken).toHaveLength(1)
  expect(one.histories).toBeLessThan(order.histories)
  expect(await runCampaign(search, undefined, 2)).toEqual(one)
})
