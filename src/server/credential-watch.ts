import { certificateLife } from './certificate-life.ts'
import type { CredentialServer } from './credential-port.ts'
import type { CredentialState, CredentialWatch } from './credential-watch-port.ts'
import { type CredentialSources, isToken, readTokenKey } from './credentials.ts'
import { type HeldCredential, judge, lookAtCredentials } from './held-credentials.ts'
import type { ServerLog } from './log.ts'
import { createRenewal } from './renewal.ts'
import { tokenLife } from './token-life.ts'

export interface CredentialWatchOptions {
  readonly sources: CredentialSources
  /** The server is called over TLS: one credential must be there. */
  readonly secure: boolean
  /** false (`--noproxyverification`) = every state is good and no proxy is renewed; tokens are all the same. */
  readonly verify: boolean
  /** Neither `--notokenrenewal` nor the queue's no_token_renewal. */
  readonly renewsTokens: () => boolean
  /** undefined while it is not known. */
  readonly server: () => Pick<CredentialServer, 'proxy' | 'accessToken'> | undefined
  /** VO and role of a renewed proxy, or empty. */
  readonly proxyRole: string
  /** ms since the epoch. */
  readonly now: () => number
  readonly log: ServerLog
}

/** s; 72 h before a job is asked for and 1 h later on, less 20 min grace (contracts/panda-server.md 9). */
const neededBeforeJob = 72 * 3600 - 20 * 60
const neededDuringJob = 3600 - 20 * 60

/** s; a proxy that could not be renewed ends the jobs this long before its end, so that they still can report with it. */
const lastChance = 600

/** ms; a file that is just being written is broken for a moment, a broken one stays so. */
const patience = 600_000

/** ms; a token that does not tell its end is renewed as often as this (contracts/panda-server.md 1.8). */
const opaqueTokenPeriod = 3_600_000

const good: CredentialState = { kind: 'good', secondsLeft: undefined }

/**
 * Unlike the old pilot, which ended a job with its first failed renewal, this one tries again until `lastChance`. An
 * expired token ends no running job, since others may renew it: how long the server may be out of reach is decided by
 * the lost heartbeat.
 */
export function createCredentialWatch(options: CredentialWatchOptions): CredentialWatch {
  const { sources, secure, verify, renewsTokens, server, proxyRole, now, log } = options
  const unknownServer = { kind: 'unknown', text: 'the server is not known yet' } as const
  let brokenSince: number | undefined

  const proxies = createRenewal({
    what: 'proxy',
    now,
    log,
    ask: async () => server()?.proxy({ role: proxyRole, dn: undefined }) ?? unknownServer,
    read: certificateLife,
  })
  const tokens = createRenewal({
    what: 'token',
    now,
    log,
    async ask() {
      const tokenKey = await readTokenKey(sources)
      if (tokenKey === undefined)
        return { kind: 'refused', text: 'the file named by PANDA_AUTH_TOKEN_KEY is not found' }
      return server()?.accessToken({ clientName: 'pilot_server', tokenKey }) ?? unknownServer
    },
    read: (text) =>
      isToken(text) ? { kind: 'life', life: tokenLife(text) } : { kind: 'unreadable', text: 'it is not one word' },
  })

  /** The renewal that is due, undefined when none is. */
  function renewToken(token: HeldCredential | undefined): Promise<void> | undefined {
    const { PANDA_AUTH_TOKEN_KEY: key, OIDC_REFRESHED_AUTH_TOKEN: refreshed } = sources.environment
    if (token === undefined || key === undefined || key === '' || !renewsTokens()) return undefined
    const { validUntil } = token
    if (validUntil !== undefined && validUntil - now() >= neededDuringJob * 1000) return undefined
    const pause = validUntil === undefined ? opaqueTokenPeriod : undefined
    return tokens.renew({ file: refreshed || token.file, validUntil }, pause)
  }

  return {
    async beforeJob() {
      let held = await lookAtCredentials(sources, secure)
      const renewed = held.kind === 'held' ? renewToken(held.token) : undefined
      if (renewed !== undefined) {
        await renewed
        held = await lookAtCredentials(sources, secure)
      }
      if (!verify) return good
      if (held.kind === 'problem') return held.problem
      return worst([
        held.token === undefined ? good : judge(held.token, now(), 0),
        held.proxy === undefined ? good : judge(held.proxy, now(), neededBeforeJob),
      ])
    },

    async duringJob() {
      const held = await lookAtCredentials(sources, secure)
      if (held.kind === 'held') void renewToken(held.token)
      if (!verify) return good
      if (held.kind === 'problem') {
        if (brokenSince === undefined) log.warning(held.problem.text)
        brokenSince ??= now()
        return now() - brokenSince < patience ? good : held.problem
      }
      brokenSince = undefined
      const { proxy } = held
      if (proxy === undefined) return good
      const state = judge(proxy, now(), neededDuringJob)
      if (state.kind !== 'short') return state
      void proxies.renew(proxy)
      const failure = proxies.failure()
      if (failure === undefined || judge(proxy, now(), lastChance).kind === 'good') return good
      return { ...state, name: 'NOVOMSPROXY', text: `${state.text}, and it could not be renewed: ${failure}` }
    },
  }
}

/** The first that is not good; the one that ends first of good ones. */
function worst(states: readonly CredentialState[]): CredentialState {
  const seconds = states.flatMap((state) => (state.kind === 'good' && state.secondsLeft ? [state.secondsLeft] : []))
  const least = seconds.length === 0 ? undefined : Math.min(...seconds)
  return states.find(({ kind }) => kind !== 'good') ?? { kind: 'good', secondsLeft: least }
}
