import * as z from 'zod/mini'
import type { KeyPair, ProxyRequest, TokenRequest } from '../credential-port.ts'
import type { Reply } from '../exchange.ts'
import { readAnswer } from '../legacy-answer.ts'
import { readData } from '../v1-answer.ts'
import type { Verdict } from '../verdict.ts'
import { defined, legacyPost, v1Get } from '../wire-calls.ts'
import type { Call } from './call.ts'

const userProxy = z.object({ user_proxy: z.string().check(z.minLength(1)) })
const tokenKey = z.object({ tokenKey: z.string().check(z.minLength(1)) })
const keyPair = z.object({ public_key: z.string(), private_key: z.string() })

/** creds/get_proxy, getProxy. */
export const proxyCall: Call<ProxyRequest, string> = {
  v1: {
    request: ({ role, dn }) => ({ ...v1Get('creds/get_proxy', defined({ role, dn })), withProxy: true }),
    read: readUserProxy,
  },
  legacy: {
    request: ({ role, dn }) => ({ ...legacyPost('getProxy', defined({ role, dn }), ['role', 'dn']), withProxy: true }),
    read: (reply) => readText(reply, 'userProxy'),
  },
}

/** creds/get_access_token, get_access_token: the token comes under the name of a proxy (13 gotcha 26). */
export const accessTokenCall: Call<TokenRequest, string> = {
  v1: {
    request: ({ clientName, tokenKey: key }) =>
      v1Get('creds/get_access_token', defined({ client_name: clientName, token_key: key })),
    read: readUserProxy,
  },
  legacy: {
    request: ({ clientName, tokenKey: key }) =>
      legacyPost('get_access_token', defined({ client_name: clientName, token_key: key }), [
        'client_name',
        'token_key',
      ]),
    read: (reply) => readText(reply, 'userProxy'),
  },
}

/** creds/get_token_key, get_token_key. */
export const tokenKeyCall: Call<string, string> = {
  v1: {
    request: (clientName) => v1Get('creds/get_token_key', { client_name: clientName }),
    read(reply) {
      const answer = readData(reply, tokenKey)
      return answer.kind === 'done' ? { kind: 'done', value: answer.value.tokenKey } : answer
    },
  },
  legacy: {
    request: (clientName) => legacyPost('get_token_key', { client_name: clientName }, ['client_name']),
    read: (reply) => readText(reply, 'tokenKey'),
  },
}

interface KeyPairNames {
  readonly publicKeyName: string
  readonly privateKeyName: string
}

/** creds/get_key_pair, getKeyPair. */
export const keyPairCall: Call<KeyPairNames, KeyPair> = {
  v1: {
    request: ({ publicKeyName, privateKeyName }) =>
      v1Get('creds/get_key_pair', { public_key_name: publicKeyName, private_key_name: privateKeyName }),
    read(reply) {
      const answer = readData(reply, keyPair)
      if (answer.kind !== 'done') return answer
      const { public_key, private_key } = answer.value
      return { kind: 'done', value: { publicKey: public_key, privateKey: private_key } }
    },
  },
  legacy: {
    request: ({ publicKeyName, privateKeyName }) =>
      legacyPost('getKeyPair', { publicKeyName, privateKeyName }, ['publicKeyName', 'privateKeyName']),
    read(reply) {
      const publicKey = readText(reply, 'publicKey')
      if (publicKey.kind !== 'done') return publicKey
      const privateKey = readText(reply, 'privateKey')
      if (privateKey.kind !== 'done') return privateKey
      return { kind: 'done', value: { publicKey: publicKey.value, privateKey: privateKey.value } }
    },
  },
}

function readUserProxy(reply: Reply): Verdict<string> {
  const answer = readData(reply, userProxy)
  return answer.kind === 'done' ? { kind: 'done', value: answer.value.user_proxy } : answer
}

/** One text of a legacy answer; an empty one is none (13 gotcha 22). */
function readText(reply: Reply, name: string): Verdict<string> {
  const answer = readAnswer(reply)
  if (answer.kind !== 'done') return answer
  const value = answer.value[name]
  if (typeof value === 'string' && value !== '') return { kind: 'done', value }
  return { kind: 'unknown', text: `the server's answer says success but holds no ${name}` }
}
