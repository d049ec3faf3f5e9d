import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CertificatePair } from '../../src/standin/certificate.ts'

const configuration = '[ca]\ndefault_ca=here\n[here]\ndatabase=index\ncrlnumber=number\ndefault_md=sha256\n'

/** An authority's list, PEM; `ended` = its next update was due long ago. */
export function revocationList(
  authority: CertificatePair,
  revoked: readonly CertificatePair[],
  { ended = false }: { ended?: boolean } = {},
): string {
  const directory = mkdtempSync(join(tmpdir(), 'pilot-crl-'))
  const put = (name: string, text: string): void => writeFileSync(join(directory, name), text, { mode: 0o600 })
  const ca = (...rest: string[]): void => {
    const common = ['ca', '-config', 'configuration', '-keyfile', 'key', '-cert', 'cert']
    execFileSync('openssl', [...common, ...rest], { cwd: directory, stdio: 'pipe' })
  }
  try {
    put('configuration', configuration)
    put('index', '')
    put('number', '01\n')
    put('key', authority.key)
    put('cert', authority.cert)
    for (const { cert } of revoked) {
      put('revoked', cert)
      ca('-revoke', 'revoked')
    }
    const life = ended
      ? ['-crl_lastupdate', '20200101000000Z', '-crl_nextupdate', '20200102000000Z']
      : ['-crldays', '2']
    ca('-gencrl', '-out', 'list', ...life)
    return readFileSync(join(directory, 'list'), 'utf8')
  } finally {
    rmSync(directory, { recursive: true })
  }
}
