import { type Given, giveKeys, giveProxy, giveSecrets, giveToken, giveTokenKey } from '../model/vault.ts'
import { dumpJson } from '../python/json.ts'
import { str } from '../python/text.ts'
import type { PythonDict } from '../python/values.ts'
import { dictionary, given, type LegacyCall, type LegacyMethod, type LegacyReply, refusal } from './method.ts'

const userTable = 'DOMA_PANDAMETA.USERS.GRIDPREF'
const host = 'standin'

/** getProxy: JSON whatever the caller accepts (contracts/panda-server.md 9). */
export const getProxy: LegacyMethod = {
  name: 'getProxy',
  required: [],
  optional: ['role', 'dn'],
  run: (call) => userProxy(giveProxy(call.panda.vault, call.caller, textOf(call, 'dn')), 'proxy'),
}

/** get_access_token. */
export const getAccessToken: LegacyMethod = {
  name: 'get_access_token',
  required: ['client_name'],
  optional: ['token_key'],
  run: (call) => {
    const { vault } = call.panda
    return userProxy(
      giveToken(vault, call.caller, textOf(call, 'client_name') ?? '', textOf(call, 'token_key')),
      'token',
    )
  },
}

/** get_token_key. */
export const getTokenKey: LegacyMethod = {
  name: 'get_token_key',
  required: ['client_name'],
  optional: [],
  run: (call) => {
    const token = giveTokenKey(call.panda.vault, call.caller, textOf(call, 'client_name') ?? '')
    if (token.kind === 'given') return dictionary({ StatusCode: 0, tokenKey: token.value })
    if (token.kind === 'missing') return refusal(call, 80, `token key is missing for '${token.of}`)
    return refusal(call, 70, `denied since '${userOf(token)}' not authorized with 't' in ${userTable}`)
  },
}

/** getKeyPair. */
export const getKeyPair: LegacyMethod = {
  name: 'getKeyPair',
  required: ['publicKeyName', 'privateKeyName'],
  optional: [],
  run: (call) => {
    const names = [textOf(call, 'publicKeyName') ?? '', textOf(call, 'privateKeyName') ?? ''] as const
    const keys = giveKeys(call.panda.vault, call.caller, [...names])
    if (keys.kind === 'given') {
      const [publicKey, privateKey] = keys.value
      return dictionary({ StatusCode: 0, publicKey, privateKey })
    }
    const start = `getKeyPair ${names.join('/')} json=${call.acceptJson ? 'True' : 'False'}: failed`
    if (keys.kind === 'missing')
      return refusal(call, 80, `${start} for '${keys.user}' since ${keys.of} is missing on ${host}`)
    return refusal(call, 70, `${start} since '${userOf(keys)}' not authorized with 'k' in ${userTable}`)
  },
}

/** get_user_secrets: a pair; the secrets are JSON text in it unless `get_json` is sent. */
export const getUserSecrets: LegacyMethod = {
  name: 'get_user_secrets',
  required: [],
  optional: ['keys', 'get_json'],
  run: (call) => {
    const secrets = giveSecrets(call.panda.vault, call.caller, textOf(call, 'keys')?.split(',') ?? null)
    const asJson = given(call, 'get_json') === 'True'
    return { kind: 'text', text: dumpJson([true, asJson ? secrets : dumpJson(secrets)]) }
  },
}

function userProxy(credential: Given<string>, what: 'proxy' | 'token'): LegacyReply {
  const json = (data: PythonDict): LegacyReply => ({ kind: 'json', data })
  switch (credential.kind) {
    case 'given':
      return json({ StatusCode: 0, errorDialog: '', userProxy: credential.value })
    case 'denied': {
      const list = `the authorized user list who have 'p' in ${userTable}`
      const wanted = what === 'proxy' ? 'proxy' : 'access token'
      return json({ StatusCode: 70, errorDialog: `failed since '${credential.user}' not in ${list} to get ${wanted}` })
    }
    case 'wrong key':
      return json({ StatusCode: 50, errorDialog: `failed since token key is invalid for ${credential.of}` })
    case 'missing':
      return json({ StatusCode: 90, errorDialog: `'${what}' not found for ${credential.of}` })
  }
}

function userOf(withheld: Given<unknown>): string {
  return 'user' in withheld ? withheld.user : ''
}

/** A parameter as text, null where it was not sent or is empty. */
function textOf(call: LegacyCall, name: string): string | null {
  const value = given(call, name)
  return value === null || value === '' ? null : str(value)
}
