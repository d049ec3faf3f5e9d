import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'

export interface SilentServer extends AsyncDisposable {
  readonly url: string
  /** Resolves when somebody connects. */
  readonly called: Promise<unknown>
}

/** A web server that takes every connection and never answers. */
export async function silentServer(): Promise<SilentServer> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => void sockets.add(socket.on('error', () => undefined)))
  const called = once(server, 'connection')
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    called,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await once(server.close(), 'close')
    },
  }
}
