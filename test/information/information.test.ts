import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createInformation, type InformationOptions } from '../../src/information/information.ts'
import { type DocumentServer, openDocumentServer, say, status } from './document-server.ts'

const queueText = (maxrss = 2000) => JSON.stringify({ nickname: 'EXAMPLE', state: 'ACTIVE', maxrss })
const storageText = JSON.stringify({ A: { arprotocols: {} } })
const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3600 * 1000)

describe('queue and storage documents', () => {
  let server: DocumentServer
  let directory: string
  let warnings: string[]

  beforeEach(async () => {
    server = await openDocumentServer()
    directory = await mkdtemp(join(tmpdir(), 'pilot-information-'))
    warnings = []
  })

  afterEach(async () => {
    await server.close()
    await rm(directory, { recursive: true, force: true })
  })

  /** A pilot of its own: what one remembers another does not. */
  function pilot(options: Partial<InformationOptions> = {}) {
    return createInformation({
      queueUrl: `${server.url}/{pandaqueue}.json`,
      storageUrl: `${server.url}/endpoints.json`,
      cvmfsBase: join(directory, 'cvmfs'),
      cacheDirectory: directory,
      authorities: [],
      proxy: {},
      log: { info: () => undefined, warning: (text) => void warnings.push(text) },
      pause: () => 0,
      ...options,
    })
  }

  const age = async (hours: number) => {
    await utimes(join(directory, 'queuedata.json'), hoursAgo(hours), hoursAgo(hours))
  }

  it('are fetched once a pilot, however often and by however many they are asked for', async () => {
    server.answer((request, response) =>
      say(request.url === '/EXAMPLE.json' ? queueText() : storageText)(request, response),
    )
    const information = pilot()
    const [one, two] = await Promise.all([information.queue('EXAMPLE'), information.queue('EXAMPLE')])
    expect(one).toMatchObject({ kind: 'found', value: { maxRss: 2000 }, source: `${server.url}/EXAMPLE.json` })
    expect(two).toEqual(one)
    expect(await information.queue('EXAMPLE')).toEqual(one)
    expect(await information.endpoints()).toMatchObject({ kind: 'found' })
    await information.endpoints()
    expect(server.requests.map(({ url }) => url)).toEqual(['/EXAMPLE.json', '/endpoints.json'])
  })

  it('are stored under the names other programs know, and used for three hours', async () => {
    server.answer(say(queueText()))
    await pilot().queue('EXAMPLE')
    expect(await readFile(join(directory, 'queuedata.json'), 'utf8')).toBe(queueText())
    await age(2.9)
    expect(await pilot().queue('EXAMPLE')).toMatchObject({ kind: 'found', source: join(directory, 'queuedata.json') })
    expect(server.requests).toHaveLength(1)
    await age(3.1)
    server.answer(say(queueText(4000)))
    expect(await pilot().queue('EXAMPLE')).toMatchObject({ value: { maxRss: 4000 } })
    expect((await readdir(directory)).filter((name) => name.includes('.part'))).toEqual([])
  })

  it('are asked for by entity tag when old, and are fresh again after that', async () => {
    server.answer(say(queueText(), { etag: '"7"' }))
    await pilot().queue('EXAMPLE')
    await age(5)
    server.answer(status(304))
    expect(await pilot().queue('EXAMPLE')).toMatchObject({ kind: 'found', value: { maxRss: 2000 } })
    expect(server.requests[1]?.headers['if-none-match']).toBe('"7"')
    await pilot().queue('EXAMPLE')
    expect(server.requests).toHaveLength(2)
  })

  it('are not asked for by the tag of another text', async () => {
    server.answer(say(queueText(), { etag: '"7"' }))
    await pilot().queue('EXAMPLE')
    await writeFile(join(directory, 'queuedata.json'), queueText(1))
    await age(5)
    await pilot().queue('EXAMPLE')
    expect(server.requests[1]?.headers['if-none-match']).toBeUndefined()
  })

  it.each([
    ['an error status', status(500)],
    ['HTML', say('<html>maintenance</html>')],
    ['an error document', say('{"error": "overload"}')],
    ['another queue', say('{"nickname": "OTHER"}')],
    [
      'half an answer',
      ((_request, response) =>
        response.writeHead(200, { 'content-length': '99' }).write('{', () => response.destroy())) as ReturnType<
        typeof say
      >,
    ],
  ])('that are old serve on, untouched and with a warning, when the server sends %s', async (_what, answer) => {
    await writeFile(join(directory, 'queuedata.json'), queueText())
    await age(50)
    server.answer(answer)
    expect(await pilot().queue('EXAMPLE')).toMatchObject({ kind: 'found', value: { maxRss: 2000 } })
    expect(await readFile(join(directory, 'queuedata.json'), 'utf8')).toBe(queueText())
    expect(warnings).toEqual([expect.stringMatching(/EXAMPLE\.json.*queuedata\.json, 50 h old/)])
    expect(server.requests).toHaveLength(1)
  })

  it('that are stored but unreadable, or of another queue or address, do not count', async () => {
    server.answer(say(queueText()))
    for (const text of ['', '{"nickname": "OTHER"}']) {
      await writeFile(join(directory, 'queuedata.json'), text)
      expect(await pilot().queue('EXAMPLE')).toMatchObject({ source: `${server.url}/EXAMPLE.json` })
    }
    const moved = pilot({ queueUrl: `${server.url}/elsewhere/{pandaqueue}` })
    expect(await moved.queue('EXAMPLE')).toMatchObject({ source: `${server.url}/elsewhere/EXAMPLE` })
  })

  it('that cannot be had are asked for three times, then the failure says where and why', async () => {
    server.answer(status(503))
    const found = await pilot().queue('EXAMPLE')
    expect(found).toMatchObject({ kind: 'failed', text: expect.stringMatching(/EXAMPLE.*EXAMPLE\.json.*503/) })
    expect(server.requests).toHaveLength(3)
  })

  it('that will not come however often one asks are asked for once', async () => {
    server.answer(say('{"error": "no such queue"}'))
    expect(await pilot().queue('EXAMPLE')).toMatchObject({
      kind: 'failed',
      text: expect.stringMatching(/no such queue/),
    })
    expect(server.requests).toHaveLength(1)
  })

  it('that failed may be asked for again', async () => {
    server.answer(status(404))
    const information = pilot()
    expect(await information.queue('EXAMPLE')).toMatchObject({ kind: 'failed' })
    server.answer(say(queueText()))
    expect(await information.queue('EXAMPLE')).toMatchObject({ kind: 'found' })
  })

  it('are not waited for when the pilot stops', async () => {
    server.answer(status(503))
    const stop = new AbortController()
    const asked = pilot({ pause: () => 3_600_000, log: { info: () => undefined, warning: () => stop.abort() } })
    expect(await asked.queue('EXAMPLE', stop.signal)).toMatchObject({ kind: 'failed' })
  })

  it('come from a file the operator names, always as it is now, and are not stored', async () => {
    const path = join(directory, 'my queue.json')
    await writeFile(path, queueText(1))
    const options = { queueUrl: path }
    expect(await pilot(options).queue('EXAMPLE')).toMatchObject({ value: { maxRss: 1 }, source: path })
    await writeFile(path, queueText(2))
    expect(await pilot(options).queue('EXAMPLE')).toMatchObject({ value: { maxRss: 2 } })
    expect(await readdir(directory)).toEqual(['my queue.json'])
  })

  it('come from CVMFS, when nobody says otherwise', async () => {
    const etc = join(directory, 'cvmfs', 'atlas.cern.ch', 'repo', 'sw', 'local', 'etc')
    await mkdir(etc, { recursive: true })
    await writeFile(join(etc, 'cric_pandaqueues.json'), JSON.stringify({ EXAMPLE: JSON.parse(queueText()) }))
    await writeFile(join(etc, 'cric_ddmendpoints.json'), storageText)
    const information = pilot({ queueUrl: undefined, storageUrl: undefined })
    expect(await information.queue('EXAMPLE')).toMatchObject({ source: join(etc, 'cric_pandaqueues.json') })
    expect(await information.endpoints()).toMatchObject({ source: join(etc, 'cric_ddmendpoints.json') })
  })

  it('serve even if they cannot be stored', async () => {
    await writeFile(join(directory, 'file'), '')
    server.answer(say(queueText()))
    const found = await pilot({ cacheDirectory: join(directory, 'file', 'below') }).queue('EXAMPLE')
    expect(found).toMatchObject({ kind: 'found' })
    expect(warnings).toEqual([expect.stringMatching(/could not be stored/)])
  })
})
