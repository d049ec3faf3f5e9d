import { describe, expect, it } from 'vitest'
import type { Reply } from '../../src/server/exchange.ts'
import { probeDialect } from '../../src/server/probe.ts'
import { reply, v1Reply } from './answers.ts'

const silence: Reply = { kind: 'none', text: 'connect ECONNREFUSED' }
const forbidden = reply('ERROR : method is_alive is forbidden', 403)

async function probed(v1: Reply, legacy: Reply): Promise<string> {
  const result = await probeDialect(async ({ name }) => (name === 'v1' ? v1 : legacy))
  return result.kind === 'dialect' ? result.dialect.name : result.kind
}

describe('the dialect of a server', () => {
  it('is v1 where v1 is alive', async () => {
    expect(await probed(v1Reply(true, ''), silence)).toBe('v1')
  })

  it.each([
    ['403', forbidden],
    ['404', reply('<html>Not Found</html>', 404)],
    ['a page', reply('<html>It works!</html>')],
    ['Python text', reply("{'success': True, 'message': '', 'data': None}")],
  ])('is legacy where v1 gives %s and legacy is alive', async (_, v1) => {
    expect(await probed(v1, reply('alive=yes'))).toBe('legacy')
  })

  it('stays open when the server cannot be reached or is in trouble: legacy is not asked', async () => {
    expect(await probed(silence, reply('alive=yes'))).toBe('undecided')
    expect(await probed(reply('<html>Bad Gateway</html>', 502), reply('alive=yes'))).toBe('undecided')
  })

  it('stays open when neither is alive, and both answers are told', async () => {
    const result = await probeDialect(async ({ name }) => (name === 'v1' ? forbidden : reply('<html>', 200)))
    expect(result).toEqual({
      kind: 'undecided',
      text: 'it speaks neither v1 (HTTP 403 "ERROR : method is_alive is forbidden") nor legacy (HTTP 200 "<html>")',
    })
  })
})
