// The server of the bench, in a process of its own so that only the client's CPU is in the figures. It accepts every
// update; its arguments are the files of its certificate, key and authority, or none for plain http. It tells its port,
// and after that its counts whenever it is asked; it ends with its parent.

import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { type Counts, orders } from './far-side-words.ts'

const accepted = '{"success": true, "message": "", "data": {"StatusCode": 0, "command": "NULL"}}'
const counts: Counts = { connections: 0, resumed: 0 }
const [cert, key, ca] = process.argv.slice(2).map((file) => readFileSync(file))

const server =
  cert === undefined || key === undefined || ca === undefined
    ? createServer()
    : createSecureServer({ cert, key, ca, requestCert: true, rejectUnauthorized: true })
// Nobody but the bench itself ends a connection.
server.keepAliveTimeout = 0
server.on('request', (request, response) => {
  request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end(accepted))
})
server.on(cert === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
  counts.connections += 1
  if (socket instanceof TLSSocket && socket.isSessionReused()) counts.resumed += 1
})

process.on('message', (order) => {
  if (order === orders.drop) server.closeAllConnections()
  process.send?.(counts)
})
process.on('disconnect', () => process.exit())
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
