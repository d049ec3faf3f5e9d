import { createReadStream } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface DocumentServer extends AsyncDisposable {
  readonly address: string
  /** It was asked with the right user part. */
  wasAsked(): boolean
}

/** Gives one document to who knows the user part of its address, `user:password`. */
export async function openDocumentServer(path: string, user: string): Promise<DocumentServer> {
  const wanted = `Basic ${Buffer.from(user).toString('base64')}`
  let asked = false
  const server = createServer((request, response) => {
    const mayRead = request.headers.authorization === wanted
    asked ||= mayRead
    response.writeHead(mayRead ? 200 : 401, { 'Content-Type': 'application/json' })
    if (mayRead) createReadStream(path).pipe(response)
    else response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    address: `http://${user}@127.0.0.1:${port}/queue.json`,
    wasAsked: () => asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
