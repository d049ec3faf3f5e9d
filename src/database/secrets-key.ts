import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { chmodSync, writeFileSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

const keyName = 'secrets.key'
const algorithm = 'aes-256-gcm'
const keyBytes = 32
const nonceBytes = 12
const tagBytes = 16
const mark = 'sealed:'

/** Seals texts with a key in a file of its own (0600) beside the database; made when it is needed first. */
export interface SecretsKey {
  /** Throws what the file system throws when the key cannot be kept. */
  seal(text: string, owner: string): string
  /** Undefined when it was sealed by another key, for another owner, or not at all. */
  open(sealed: string, owner: string): string | undefined
  /** What was sealed cannot be read any more, by anybody. */
  destroy(): Promise<void>
}

export function isSealed(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith(mark)
}

/** A file that holds no key counts as none. Rejects with what the file system says. */
export async function openSecretsKey(directory: string): Promise<SecretsKey> {
  const path = join(directory, keyName)
  let key = await readKey(path)

  /** At once, so that no later record overtakes the one that needs it; once in the life of a database. */
  function makeKey(): Buffer {
    const made = randomBytes(keyBytes)
    writeFileSync(path, `${made.toString('base64')}\n`, { mode: 0o600, flush: true })
    chmodSync(path, 0o600)
    return made
  }

  return {
    seal(text, owner) {
      key ??= makeKey()
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv(algorithm, key, nonce).setAAD(Buffer.from(owner))
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return mark + Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64')
    },
    open(sealed, owner) {
      if (key === undefined || !isSealed(sealed)) return undefined
      const bytes = Buffer.from(sealed.slice(mark.length), 'base64')
      try {
        const tag = bytes.subarray(nonceBytes, nonceBytes + tagBytes)
        const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
        decipher.setAAD(Buffer.from(owner)).setAuthTag(tag)
        return decipher.update(bytes.subarray(nonceBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8')
      } catch {
        return undefined
      }
    },
    destroy: () => rm(path, { force: true }),
  }
}

async function readKey(path: string): Promise<Buffer | undefined> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return ''
    throw cause
  })
  const key = Buffer.from(text, 'base64')
  return key.length === keyBytes ? key : undefined
}
