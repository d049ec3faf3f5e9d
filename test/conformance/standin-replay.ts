import { connect as connectPlain, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import {
  type CertificatePair,
  makeAuthority,
  makeClientCertificate,
  makeServerCertificate,
} from '../../src/standin/certificate.ts'
import type { DialectName } from '../../src/standin/dialect.ts'
import { type Front, openFront } from '../../src/standin/front/front.ts'
import type { TokenGrant } from '../../src/standin/front/identity.ts'
import type { Panda } from '../../src/standin/model/panda.ts'
import { parseAnswer, type RecordedAnswer } from './standin-recordings.ts'

/** Who sends a recorded request: the certificates and channels the recordings were made with. */
export type Sender = 'production robot' | 'ordinary user' | 'nobody over TLS' | 'plain HTTP'

const robotName = 'Grid Pilot Robot'

/** A stand-in behind both doors, on a clock the test sets. */
export interface Stage {
  /** Milliseconds. */
  time: number
  readonly send: (sender: Sender, request: Buffer) => Promise<RecordedAnswer>
  readonly close: () => Promise<void>
}

export async function openStage(
  panda: Panda,
  dialects: readonly DialectName[],
  tokens: ReadonlyMap<string, TokenGrant> = new Map(),
): Promise<Stage> {
  const authority = await makeAuthority()
  const [tls, robot, user] = await Promise.all([
    makeServerCertificate(authority),
    makeClientCertificate(authority, robotName),
    makeClientCertificate(authority, 'Ordinary User'),
  ])
  const now = () => stage.time
  const production = (dn: string) => dn.endsWith(`/CN=${robotName}`)
  const secure = await openFront({ panda, now, dialects, tls, production, tokens })
  const plain = await openFront({ panda, now, dialects })

  const clients: Record<Sender, CertificatePair | 'anonymous' | 'plain'> = {
    'production robot': robot,
    'ordinary user': user,
    'nobody over TLS': 'anonymous',
    'plain HTTP': 'plain',
  }
  const stage: Stage = {
    time: 0,
    send: (sender, request) => {
      const client = clients[sender]
      if (client === 'plain') return exchange(connectPlain(plain.port, '127.0.0.1'), request)
      const identity = client === 'anonymous' ? {} : client
      const options = { host: '127.0.0.1', port: secure.port, servername: 'localhost', ca: authority.cert, ...identity }
      return exchange(connectTls(options), request)
    },
    close: async () => {
      await Promise.all([secure, plain].map((front: Front) => front.close()))
    },
  }
  return stage
}

/** Sends the bytes and reads one answer; a kept-alive connection is cut once the answer is whole. */
function exchange(socket: Socket, request: Buffer): Promise<RecordedAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const finish = () => {
      socket.destroy()
      try {
        resolve(parseAnswer(Buffer.concat(chunks)))
      } catch (error) {
        reject(error)
      }
    }
    socket.on('error', reject)
    socket.on('end', finish)
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      if (Buffer.concat(chunks).subarray(-5).toString() === '0\r\n\r\n') finish()
    })
    socket.write(request)
  })
}
