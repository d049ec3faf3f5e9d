import { createReadStream } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { join, sep } from 'node:path'

/** The paths the real server's web layer answers from disk (contracts/panda-server.md 1.1). */
export function isStaticPath(path: string): boolean {
  return path.startsWith('/trf/') || path.startsWith('/cache/')
}

/** Sends a file below the directory, or 404. Nothing outside the directory is sent, links included. */
export async function sendStatic(response: ServerResponse, directory: string, path: string): Promise<void> {
  const file = await findInside(directory, path)
  if (file === null) {
    response.writeHead(404, { 'Content-Type': 'text/html' })
    response.end('<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1></body></html>\n')
    return
  }
  response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': file.size })
  createReadStream(file.name)
    .on('error', () => response.destroy())
    .pipe(response)
}

async function findInside(directory: string, path: string): Promise<{ name: string; size: number } | null> {
  try {
    const root = await realpath(directory)
    const name = await realpath(join(root, decodeURIComponent(path)))
    if (!name.startsWith(root + sep)) return null
    const { size, isFile } = await stat(name).then((found) => ({ size: found.size, isFile: found.isFile() }))
    return isFile ? { name, size } : null
  } catch {
    return null
  }
}
