import type { ServerAnswer } from './answer-port.ts'
import type { CertificateLife } from './certificate-life.ts'
import type { ServerLog } from './log.ts'
import { replaceFile } from './replace-file.ts'

/** A credential as it is found now. */
export interface Renewable {
  /** Replaced by the new one. */
  readonly file: string
  /** ms since the epoch. */
  readonly validUntil: number | undefined
}

export interface RenewalOptions {
  /** `proxy`, `token`. */
  readonly what: string
  /** ms since the epoch. */
  readonly now: () => number
  readonly ask: () => Promise<ServerAnswer<string>>
  readonly read: (text: string) => CertificateLife
  readonly log: ServerLog
}

/** Renewals of one kind of credential. */
export interface Renewal {
  /** Joins the one under way; does nothing when the last began less than `pause` ms ago. Never rejects. */
  renew(old: Renewable, pause?: number): Promise<void>
  /** Why the last one failed; undefined = it did not. */
  failure(): string | undefined
}

/** ms, so that a server that refuses is not asked in a storm (contracts/pilot-core.md 4, proxy row). */
const shortestPause = 600_000

export function createRenewal({ what, now, ask, read, log }: RenewalOptions): Renewal {
  let last: number | undefined
  let failure: string | undefined
  let underWay: Promise<void> | undefined

  /** The text of what went wrong. A credential that is no better than the old one does not replace it. */
  async function attempt({ file, validUntil }: Renewable): Promise<string | undefined> {
    try {
      const answer = await ask()
      if (answer.kind !== 'done') return answer.text
      const renewed = read(answer.value)
      if (renewed.kind === 'unreadable') return `the server's new ${what} is of no use: ${renewed.text}`
      const end = renewed.life.validUntil
      if (end !== undefined && end <= Math.max(now(), validUntil ?? 0)) {
        return `the server's new ${what} ends no later: ${new Date(end).toISOString()}`
      }
      await replaceFile(file, answer.value)
      log.info(`${file}: ${what} renewed${end === undefined ? '' : `, valid until ${new Date(end).toISOString()}`}`)
      return undefined
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }

  async function run(old: Renewable): Promise<void> {
    last = now()
    failure = await attempt(old)
    if (failure !== undefined) log.warning(`${old.file}: the ${what} could not be renewed: ${failure}`)
  }

  return {
    async renew(old, pause = shortestPause) {
      if (underWay === undefined && last !== undefined && now() - last < pause) return
      underWay ??= run(old).finally(() => {
        underWay = undefined
      })
      await underWay
    },
    failure: () => failure,
  }
}
