import { randomBytes } from 'node:crypto'

/** A text that nobody may read, and where the pilot or its payload gets it. */
export interface Secret {
  readonly name: string
  readonly text: string
}

/** Every secret of one run; new ones for each. */
export interface Planting {
  /** Of the pilot's own identity: the OIDC token, or the key of the proxy. */
  readonly credential: Secret
  readonly definition: readonly Secret[]
  /** The definition's fields as the server sends them: JSON texts. */
  readonly wire: { readonly secrets: string; readonly pilotSecrets: string }
  /** In the answer to an update, while the job is in debug mode. */
  readonly inAnswer: Secret
  /** Known to nobody: found by their form. */
  readonly webToken: Secret
  readonly header: Secret
  readonly environment: Secret
  /** The user part of a document's address. */
  readonly inAddress: Secret
}

const random = (bytes: number): string => randomBytes(bytes).toString('hex')

/** A long token: it is told in lines by tools that wrap. */
export function opaqueToken(): string {
  return `tok-${randomBytes(150).toString('base64url')}`
}

export function plant(credential: Secret): Planting {
  const password = { name: 'password with signs', text: `p4ss/W0rd+"${random(6)}" & it=ä\\end%` }
  const nested = { name: 'value in JSON in JSON', text: `nested-${random(12)}` }
  const number = { name: 'number', text: String(10 ** 11 + randomBytes(4).readUInt32BE()) }
  const keyFile = { name: 'file of several lines', text: pemOf('ROBOT DATA', 6) }
  const shipping = { name: 'pilotSecrets of the definition', text: `ship ping ${random(10)}` }
  return {
    credential,
    definition: [password, nested, number, keyFile, shipping],
    wire: {
      secrets: JSON.stringify({
        DB_PASSWORD: password.text,
        S3: JSON.stringify({ access: 'public-name', secret: nested.text }),
        PIN: Number(number.text),
        '___file___:robot.pem': keyFile.text,
        EMPTY: '',
      }),
      pilotSecrets: JSON.stringify({ logstash_password: shipping.text }),
    },
    inAnswer: { name: 'pilotSecrets of an answer', text: `loki/${random(12)}` },
    webToken: { name: 'JSON Web Token', text: webToken() },
    header: { name: 'Authorization header', text: `opaque-${random(16)}` },
    environment: { name: 'Authorization in the environment', text: `inherited-${random(16)}` },
    inAddress: { name: 'user part of an address', text: `docs:${random(8)}` },
  }
}

/** Those that the pilot is told of, so that every spelling of them must be hidden. */
export function knownOf({ credential, definition, inAnswer, inAddress }: Planting): readonly Secret[] {
  return [credential, ...definition, inAnswer, inAddress]
}

/** Those that have a form by which they are known. */
export function formedOf({ webToken, header, environment }: Planting): readonly Secret[] {
  return [webToken, header, environment]
}

function pemOf(label: string, lines: number): string {
  const body = Array.from({ length: lines }, () => randomBytes(48).toString('base64'))
  return [`-----BEGIN ${label}-----`, ...body, `-----END ${label}-----`].join('\n')
}

function webToken(): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  return [part({ alg: 'RS256', typ: 'JWT' }), part({ sub: 'robot', jti: random(16) }), random(40)].join('.')
}
