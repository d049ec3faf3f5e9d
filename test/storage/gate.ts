import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

export interface Gate {
  readonly port: number
  /** Resolves when the agreed number of bytes went through and nothing goes any more. */
  readonly shut: Promise<void>
  close(): Promise<void>
}

/**
 * A door on loopback in front of a server that lets `bytes` through, both ways together, and then holds everything back
 * without hanging up: so a transfer stands still in its middle for as long as a test needs.
 */
export async function openGate(target: number, bytes: number): Promise<Gate> {
  const sockets = new Set<Socket>()
  const { promise: shut, resolve } = Promise.withResolvers<void>()
  let passed = 0

  function pass(from: Socket, to: Socket): void {
    sockets.add(from)
    from.on('data', (chunk) => {
      to.write(chunk)
      passed += chunk.length
      if (passed < bytes) return
      for (const socket of sockets) socket.pause()
      resolve()
    })
    from.on('error', () => to.destroy())
    from.on('close', () => to.destroy())
  }

  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1')
    pass(client, upstream)
    pass(upstream, client)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the gate has no port')
  return {
    port: address.port,
    shut,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
