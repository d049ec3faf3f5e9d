import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface XrootdServer {
  readonly port: number
  /** Directory that clients see as `/`. */
  readonly root: string
  /** A directory below the root in which the server may write. */
  makeDirectory(path: string): Promise<void>
  kill(): void
  close(): Promise<void>
}

export interface XrootdOptions {
  /** The server computes adler32 when it is asked. */
  readonly checksums: boolean
}

/** xrootd refuses to be root, so root lends it the account its package made. */
async function serverAccount(): Promise<{ readonly uid: number; readonly gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const line = (await readFile('/etc/passwd', 'utf8')).split('\n').find((entry) => entry.startsWith('xrootd:'))
  const [, , uid, gid] = line?.split(':') ?? []
  if (uid === undefined || gid === undefined) throw new Error('there is no account xrootd to run the server with')
  return { uid: Number(uid), gid: Number(gid) }
}

/**
 * A real xrootd on a port the kernel chose. It can only listen on every address, but turns away whoever does not come
 * from this machine. It ends with this process at the latest.
 */
export async function startXrootd({ checksums }: XrootdOptions): Promise<XrootdServer> {
  const account = await serverAccount()
  const home = await mkdtemp(join(tmpdir(), 'pilot-xrootd-'))
  const make = async (path: string) => {
    await mkdir(path, { recursive: true })
    if (account !== undefined) await chown(path, account.uid, account.gid)
  }
  const root = join(home, 'data')
  const admin = join(home, 'admin')
  for (const directory of [home, root, admin]) await make(directory)
  const lines = [
    'xrd.port any',
    'xrd.allow host 127.0.0.1',
    'xrd.allow host localhost',
    `all.adminpath ${admin}`,
    `all.pidpath ${admin}`,
    `oss.localroot ${root}`,
    'all.export /',
    ...(checksums ? ['xrootd.chksum max 2 adler32'] : []),
  ]
  const configuration = join(home, 'xrootd.cfg')
  await writeFile(configuration, `${lines.join('\n')}\n`, { mode: 0o644 })

  const server = spawn('xrootd', ['-c', configuration], { ...account, cwd: home, stdio: ['ignore', 'ignore', 'pipe'] })
  const kill = () => void server.kill('SIGKILL')
  process.once('exit', kill)
  const ended = once(server, 'exit')

  async function readPort(): Promise<number> {
    const said: string[] = []
    for await (const line of createInterface({ input: server.stderr })) {
      said.push(line)
      const port = /xrootd \S+:(\d+) initialization completed/.exec(line)?.[1]
      if (port !== undefined) return Number(port)
    }
    throw new Error(`xrootd did not start:\n${said.slice(-20).join('\n')}`)
  }

  const close = async () => {
    kill()
    await ended
    process.off('exit', kill)
    await rm(home, { recursive: true, force: true })
  }
  try {
    const port = await readPort()
    server.stderr.resume()
    return { port, root, makeDirectory: (path) => make(join(root, path)), kill, close }
  } catch (error) {
    await close()
    throw error
  }
}
