import { type Given, giveKeys, giveProxy, giveSecrets, giveToken, giveTokenKey } from '../model/vault.ts'
import { dumpJson } from '../python/json.ts'
import { str } from '../python/text.ts'
import { isList, PythonError, type PythonValue } from '../python/values.ts'
import { type Envelope, failure, optional, required, success, textOr, type V1Method } from './method.ts'

const credentialCall = { verb: 'GET', secure: true, production: false } as const
const userTable = 'DOMA_PANDAMETA.USERS.GRIDPREF'
/** The machine that the server's sentences name. */
const host = 'standin'

/** creds/get_proxy (contracts/panda-server.md 9). */
export const getProxy: V1Method = {
  ...credentialCall,
  name: 'creds/get_proxy',
  parameters: optional('str', ['role', 'dn']),
  run: (call) =>
    answer(giveProxy(call.panda.vault, call.caller, textOr(call, 'dn')), (value) => ({ user_proxy: value }), {
      denied: (user) => `failed: '${user}' not in authorized users with 'p' in ${userTable} to get proxy`,
      missing: (_, of) => `'proxy' not found for ${of}`,
    }),
}

/** creds/get_access_token: the token comes under the name of a proxy. */
export const getAccessToken: V1Method = {
  ...credentialCall,
  name: 'creds/get_access_token',
  parameters: [...required('str', 'client_name'), ...optional('str', ['token_key'])],
  run: (call) => {
    const given = giveToken(
      call.panda.vault,
      call.caller,
      str(call.parameters.client_name ?? ''),
      textOr(call, 'token_key'),
    )
    return answer(given, (value) => ({ user_proxy: value }), {
      denied: (user) => `failed: '${user}' not in authorized users with 'p' in ${userTable} to get access token`,
      missing: (_, of) => `'token' not found for ${of}`,
    })
  },
}

/** creds/get_token_key. */
export const getTokenKey: V1Method = {
  ...credentialCall,
  name: 'creds/get_token_key',
  parameters: required('str', 'client_name'),
  run: (call) => {
    const given = giveTokenKey(call.panda.vault, call.caller, str(call.parameters.client_name ?? ''))
    return answer(given, (value) => ({ tokenKey: value }), {
      denied: (user) => `Denied since '${user}' not authorized with 't' in ${userTable}`,
      missing: (_, of) => `Token key is missing for '${of}`,
    })
  },
}

/** creds/get_key_pair. */
export const getKeyPair: V1Method = {
  ...credentialCall,
  name: 'creds/get_key_pair',
  parameters: required('str', 'public_key_name', 'private_key_name'),
  run: (call) => {
    const { public_key_name, private_key_name } = call.parameters
    const names = [str(public_key_name ?? ''), str(private_key_name ?? '')] as const
    const given = giveKeys(call.panda.vault, call.caller, [...names])
    return answer(given, ([publicKey, privateKey]) => ({ public_key: publicKey, private_key: privateKey }), {
      denied: (user) => `Failed since '${user}' not authorized with 'k' in ${userTable}`,
      missing: (user, of) => `Failed for '${user}' since ${of} is missing on ${host}`,
    })
  },
}

/** creds/get_user_secrets: the data is JSON text. */
export const getUserSecrets: V1Method = {
  ...credentialCall,
  name: 'creds/get_user_secrets',
  parameters: optional('list of str', ['keys']),
  run: (call) => {
    const { keys } = call.parameters
    if (!isList(keys)) throw new PythonError('can only join an iterable')
    return success(dumpJson(giveSecrets(call.panda.vault, call.caller, keys.map(str))))
  },
}

interface Words {
  readonly denied: (user: string) => string
  readonly missing: (user: string, of: string) => string
}

function answer<Value>(given: Given<Value>, data: (value: Value) => PythonValue, words: Words): Envelope {
  switch (given.kind) {
    case 'given':
      return success(data(given.value))
    case 'denied':
      return failure(words.denied(given.user))
    case 'wrong key':
      return failure(`failed since token key is invalid for ${given.of}`)
    case 'missing':
      return failure(words.missing(given.user, given.of))
  }
}
