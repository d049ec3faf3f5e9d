import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createDownloads } from '../../src/storage/download.ts'

let directory: string
const closers: (() => void)[] = []
const downloads = createDownloads({ authorities: [], proxy: {} })
const never = new AbortController().signal

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'download-'))
})

afterEach(async () => {
  for (const close of closers.splice(0)) close()
  await rm(directory, { recursive: true })
})

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/trf/user/run.sh`
}

test('a transform comes whole and executable', async () => {
  const url = await serve((_request, response) => response.end('#!/bin/sh\necho hello\n'))
  const path = join(directory, 'run.sh')
  expect(await downloads.fetch(url, path, never)).toEqual({ kind: 'downloaded' })
  expect(await readFile(path, 'utf8')).toBe('#!/bin/sh\necho hello\n')
  expect((await stat(path)).mode & 0o100).toBe(0o100)
})

test.for([
  [404, false],
  [503, true],
  [302, false],
] as const)('an answer of %i is a failure that names the address; again: %s', async ([status, again]) => {
  const url = await serve((_request, response) => response.writeHead(status, { location: '/elsewhere' }).end('no'))
  const outcome = await downloads.fetch(url, join(directory, 'run.sh'), never)
  expect(outcome).toMatchObject({ kind: 'failed', again, text: expect.stringContaining(`${url} answered ${status}`) })
  expect(await readdir(directory)).toEqual([])
})

test('half an answer leaves nothing behind and may be asked for again', async () => {
  const url = await serve((_request, response) => {
    response.writeHead(200, { 'content-length': '1000' })
    response.write('half', () => response.destroy())
  })
  expect(await downloads.fetch(url, join(directory, 'run.sh'), never)).toMatchObject({ kind: 'failed', again: true })
  expect(await readdir(directory)).toEqual([])
})

test('a download that is not wanted any more ends at once', async () => {
  const stop = new AbortController()
  const url = await serve(() => stop.abort())
  expect(await downloads.fetch(url, join(directory, 'run.sh'), stop.signal)).toMatchObject({
    kind: 'failed',
    again: false,
  })
})
