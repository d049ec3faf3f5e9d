import { request } from 'node:https'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type CertificatePair,
  makeAuthority,
  makeClientCertificate,
  makeServerCertificate,
} from '../../src/standin/certificate.ts'
import { type Front, openFront } from '../../src/standin/front/front.ts'
import { createPanda } from '../../src/standin/model/panda.ts'

let authority: CertificatePair
let front: Front

beforeAll(async () => {
  authority = await makeAuthority()
  const tls = await makeServerCertificate(authority)
  const tokens = new Map([['good.token.x', { vo: 'wlcg', role: 'production', name: 'robot' }]])
  front = await openFront({ panda: createPanda(), tls, tokens, production: (dn) => dn === '/O=panda-pilot/CN=Robot' })
})
afterAll(() => front.close())

/** The v1 message to an acquire of a managed job. */
function acquire(client: object, headers: Record<string, string> = {}, host = '127.0.0.1'): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host,
        port: front.port,
        path: '/api/v1/pilot/acquire_jobs',
        method: 'POST',
        agent: false,
        headers: { 'Content-Type': 'application/json', ...headers },
        ...client,
      },
      (response) => {
        let text = ''
        response.on('data', (chunk) => {
          text += chunk
        })
        response.on('end', () => resolve(text.startsWith('{') ? JSON.parse(text).message : text))
      },
    )
    sent.on('error', reject)
    sent.end('{"site_name": "Q"}')
  })
}

describe('the made certificates', () => {
  it.each(['127.0.0.1', 'localhost'])(
    'a client that is given the authority can verify the server at %s',
    async (host) => {
      const robot = await makeClientCertificate(authority, 'Robot')
      expect(await acquire({ ca: authority.cert, ...robot }, {}, host)).toBe('No jobs in PanDA')
    },
  )

  it('a client that is not given it refuses the server', async () => {
    await expect(acquire({})).rejects.toThrow(/certificate/)
  })

  it('another authority of the same name does not do', async () => {
    const other = await makeAuthority()
    await expect(acquire({ ca: other.cert })).rejects.toThrow(/certificate|signature/)
  })
})

it('close does not wait for a handshake that never comes', async () => {
  const second = await openFront({ panda: createPanda(), tls: await makeServerCertificate(authority) })
  const socket = connect(second.port, '127.0.0.1')
  const ended = new Promise((resolve) => socket.on('error', () => {}).once('close', resolve))
  await new Promise((resolve) => socket.once('connect', resolve))
  await Promise.all([second.close(), ended])
})

describe('who a TLS caller is', () => {
  it('nobody without a certificate', async () => {
    expect(await acquire({ ca: authority.cert })).toBe('SSL secure connection is required')
  })

  it('no production robot with another name', async () => {
    const user = await makeClientCertificate(authority, 'Some User')
    expect(await acquire({ ca: authority.cert, ...user })).toMatch(/^no production\/pilot role/)
  })

  it('itself with a certificate of an authority the server never heard of', async () => {
    const robot = await makeClientCertificate(await makeAuthority('elsewhere'), 'Robot')
    expect(await acquire({ ca: authority.cert, ...robot })).toBe('No jobs in PanDA')
  })

  it('what its token grants', async () => {
    const token = { Authorization: 'Bearer good.token.x', Origin: 'wlcg:production' }
    expect(await acquire({ ca: authority.cert }, token)).toBe('No jobs in PanDA')
    expect(await acquire({ ca: authority.cert }, { ...token, Origin: 'wlcg.pilot' })).toBe(
      'ERROR : Token authentication failed. Not a member of the wlcg/pilot group',
    )
  })
})
