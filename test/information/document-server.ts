import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

export type Answer = (request: IncomingMessage, response: ServerResponse) => void

export interface DocumentServer {
  readonly url: string
  readonly requests: IncomingMessage[]
  /** How it answers from now on. */
  answer(how: Answer): void
  close(): Promise<void>
}

/** Answers 200 with a text. */
export function say(text: string, headers: Record<string, string> = {}): Answer {
  return (_request, response) => response.writeHead(200, headers).end(text)
}

/** Answers with a status alone. */
export function status(code: number, headers: Record<string, string> = {}): Answer {
  return (_request, response) => response.writeHead(code, headers).end()
}

/** A web server on loopback that answers as the test says. */
export async function openDocumentServer(): Promise<DocumentServer> {
  let how: Answer = status(404)
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    requests.push(request)
    how(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the document server has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    answer: (next) => {
      how = next
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
