import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Worker } from 'node:worker_threads'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { createWorkers, type WorkersOptions } from '../../src/workers/pool.ts'
import type { ArchiveOrder, SearchOrder } from '../../src/workers/port.ts'
import { temporaryDirectory } from './temporary.ts'
import { unpack } from './unpack.ts'

function workers(options: WorkersOptions = {}) {
  const created = createWorkers(options)
  onTestFinished(() => created.close())
  return created
}

/** A pool whose measuring goes wrong the way the file's name says. */
function fragileWorkers(options: WorkersOptions = {}) {
  return workers({ taskDirectory: new URL('./fixtures/tasks/', import.meta.url), stallMilliseconds: 200, ...options })
}

function file(name: string): string {
  const path = join(temporaryDirectory(), name)
  writeFileSync(path, 'Wikipedia')
  return path
}

const wikipedia = { kind: 'measured', file: { size: 9, adler32: '11e60398' } }

test('files are measured in real threads, more at a time than there are threads', async () => {
  const pool = workers({ maxThreads: 2 })
  const paths = Array.from({ length: 7 }, (_, n) => file(`file${n}`))
  expect(await Promise.all(paths.map((path) => pool.measure(path)))).toEqual(paths.map(() => wikipedia))
})

test('many files are measured in a few hops, each outcome in its place', async () => {
  const paths = Array.from({ length: 40 }, (_, n) => file(`file${n}`))
  const orders = [...paths, '/nowhere'].map((path) => ({
    path,
    algorithms: ['adler32'] as const,
    links: 'refuse' as const,
  }))
  const measured = await workers({ maxThreads: 2 }).measureMany(orders)
  expect(measured).toEqual([
    ...paths.map(() => wikipedia),
    { kind: 'missing', text: expect.stringContaining('/nowhere') },
  ])
})

describe('threads', () => {
  /** The threads started from now on. */
  function startedThreads(): Worker[] {
    const started: Worker[] = []
    const note = (worker: Worker) => started.push(worker)
    process.on('worker', note)
    onTestFinished(() => {
      process.off('worker', note)
    })
    return started
  }

  test('are started with the first task, at most so many as allowed, with limits, and used again', async () => {
    const started = startedThreads()
    const pool = workers({ maxThreads: 2, heapMegabytes: 300 })
    expect(started).toHaveLength(0)
    await Promise.all(Array.from({ length: 6 }, (_, n) => pool.measure(file(`file${n}`))))
    expect(started.map(({ resourceLimits }) => resourceLimits?.maxOldGenerationSizeMb)).toEqual([300, 300])
  })

  test('are there before the first task when somebody knows that one comes', async () => {
    const started = startedThreads()
    const pool = workers()
    pool.warm()
    await vi.waitFor(() => expect(started).toHaveLength(1))
    expect(await pool.measure(file('first'))).toEqual(wikipedia)
    expect(started).toHaveLength(1)
  })

  test('are told of before they are started, and when they are there', async () => {
    const told: string[] = []
    const started = startedThreads()
    const say = (what: string) => () => told.push(`${what}, ${started.length} threads`)
    const pool = workers({ onStarting: say('starting'), onStarted: say('started') })
    expect(await pool.measure(file('first'))).toEqual(wikipedia)
    expect(told).toEqual(['starting, 0 threads', 'started, 1 threads', 'started, 1 threads'])
  })

  test('end when they are idle, and the next task gets a new one', async () => {
    const started = startedThreads()
    const pool = workers({ idleMilliseconds: 1 })
    expect(await pool.measure(file('first'))).toEqual(wikipedia)
    const [thread] = started
    // Without a thread to wait for this would wait for ever: the test would run out of its time.
    if (thread?.threadId !== -1) await new Promise((resolve) => thread?.once('exit', resolve))
    expect(await pool.measure(file('second'))).toEqual(wikipedia)
    expect(started).toHaveLength(2)
  })

  test('run one task each: a long one holds up no other', async () => {
    const pool = fragileWorkers({ maxThreads: 2, stallMilliseconds: 60_000 })
    const hanging = pool.measure(file('hang'))
    for (let n = 0; n < 5; n++) expect(await pool.measure(file(`file${n}`))).toEqual(wikipedia)
    await pool.close()
    expect(await hanging).toMatchObject({ kind: 'unreadable' })
  })

  test('cost nothing before they are needed: Piscina itself is not loaded', () => {
    const source = pathToFileURL(join(import.meta.dirname, '../../src/workers/pool.ts')).href
    const program = `
      import { createRequire } from 'node:module'
      import { createWorkers } from '${source}'
      const loaded = () => Object.keys(createRequire('${source}').cache).some((path) => path.includes('/piscina/'))
      const workers = createWorkers()
      const before = loaded()
      await workers.measure('/dev/null')
      console.log(JSON.stringify({ before, after: loaded() }))
      await workers.close()`
    const output = execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' })
    expect(JSON.parse(output)).toEqual({ before: false, after: true })
  })
})

describe('a worker that goes wrong', () => {
  test.each(['once-crash', 'once-hang'])('is replaced and its task repeated: %s', async (name) => {
    const path = file(name)
    expect(await fragileWorkers().measure(path)).toEqual(wikipedia)
    expect(readFileSync(`${path}.tried`, 'utf8')).toBe('again')
  })

  test('twice fails the task, with both reasons', async () => {
    const path = file('crash')
    expect(await fragileWorkers().measure(path)).toEqual({
      kind: 'unreadable',
      text: expect.stringMatching(/measuring .*crash failed: .*code: 7.*second try.*code: 7/),
    })
  })

  test('by hanging twice fails the task, and the tasks behind it are served', async () => {
    const pool = fragileWorkers({ maxThreads: 1 })
    const [hung, served] = await Promise.all([pool.measure(file('hang')), pool.measure(file('good'))])
    expect(hung).toMatchObject({ kind: 'unreadable', text: expect.stringContaining('no progress for 0.2 s') })
    expect(served).toEqual(wikipedia)
  })

  test('by filling its heap fails the task at once and leaves the process alive', async () => {
    const path = file('once-bomb')
    expect(await fragileWorkers({ heapMegabytes: 32, stallMilliseconds: 20_000 }).measure(path)).toMatchObject({
      kind: 'unreadable',
      text: expect.stringContaining('32 MB of heap'),
    })
    expect(readFileSync(`${path}.tried`, 'utf8')).toBe('first')
  })

  test('is not a slow one that makes progress', async () => {
    expect(await fragileWorkers().measure(file('slow'))).toEqual(wikipedia)
  })
})

describe('a signal', () => {
  test('ends a running task', async () => {
    const path = file('hang')
    const controller = new AbortController()
    const measured = fragileWorkers({ stallMilliseconds: 60_000 }).measure(path, undefined, controller.signal)
    await expect.poll(() => existsSync(`${path}.tried`)).toBe(true)
    controller.abort()
    expect(await measured).toMatchObject({ kind: 'unreadable', text: expect.stringContaining('stopped') })
  })

  test('ends a waiting task, and only that one', async () => {
    const pool = fragileWorkers({ maxThreads: 1 })
    const controller = new AbortController()
    const first = pool.measure(file('once-hang'))
    const second = pool.measure(file('second'), undefined, controller.signal)
    const third = pool.measure(file('third'))
    controller.abort()
    expect(await second).toMatchObject({ kind: 'unreadable', text: expect.stringContaining('stopped') })
    expect(await Promise.all([first, third])).toEqual([wikipedia, wikipedia])
  })

  test('that fired before ends the task at once', async () => {
    expect(await workers().measure(file('x'), undefined, AbortSignal.abort())).toMatchObject({ kind: 'unreadable' })
  })
})

describe('a job report', () => {
  test('is read in a thread', async () => {
    const path = join(import.meta.dirname, 'fixtures/jobReport.json')
    const outputs = ['HITS.1._000001.pool.root.1']
    expect(await workers().readJobReport({ path, outputs, secrets: [], target: file('reduced') })).toMatchObject({
      kind: 'report',
      report: { exitCode: 65, outputs: [{ name: 'HITS.1._000001.pool.root.1', nEntries: 250 }] },
      text: expect.stringMatching(/^\{.*"exitCode":65.*\}$/),
    })
  })

  test('is given without secrets', async () => {
    const path = file('jobReport.json')
    writeFileSync(path, '{"exitMsg":"opened with sesame-and-lilies"}')
    expect(
      await workers().readJobReport({ path, outputs: [], secrets: ['sesame-and-lilies'], target: file('reduced') }),
    ).toMatchObject({
      report: { exitMsg: 'opened with [hidden]' },
      text: '{"exitMsg":"opened with [hidden]"}',
    })
  })

  test('whose wanted values grow beyond the heap is unreadable, and the process lives', async () => {
    const path = file('jobReport.json')
    const list = '{},'.repeat(1000)
    writeFileSync(path, `{"exitCode":0,"files":{"output":[{"subFiles":[${list.repeat(5000)}0]}]}}`)
    const order = { path, outputs: [], secrets: [], target: file('reduced') }
    expect(await workers({ heapMegabytes: 48 }).readJobReport(order)).toMatchObject({
      kind: 'unreadable',
      text: expect.stringContaining('48 MB of heap'),
      report: { exitCode: undefined },
    })
  })
})

describe('a search', () => {
  const order = (path: string): SearchOrder => ({
    path,
    patterns: { wiki: { texts: ['pedia'], keep: 'first' } },
    secrets: [],
    mostBytes: 2 ** 20,
  })

  test('is made in a thread', async () => {
    expect(await workers().search(order(file('payload.stderr')))).toMatchObject({ lines: { wiki: 'Wikipedia' } })
  })

  test('that is stopped is unreadable', async () => {
    const searched = await workers().search(order(file('payload.stderr')), AbortSignal.abort())
    expect(searched).toMatchObject({
      kind: 'unreadable',
      text: expect.stringMatching(/payload\.stderr failed: .*stopped/),
    })
  })
})

describe('a log archive', () => {
  function orderOf(size: number): ArchiveOrder {
    const directory = temporaryDirectory()
    writeFileSync(join(directory, 'payload.stdout'), 'the log')
    truncateSync(join(directory, 'payload.stdout'), size)
    const target = join(temporaryDirectory(), 'log.tgz')
    return { directory, root: 'tarball', extra: [], leaveOut: [], secrets: [], target }
  }

  test('is written in a thread whose heap is far smaller than the file', async () => {
    const order = orderOf(100 << 20)
    const archived = await workers({ heapMegabytes: 32 }).archive(order)
    expect(archived).toMatchObject({ kind: 'archived', leftOut: [] })
    expect((await unpack(order.target)).get('tarball/payload.stdout')?.header.size).toBe(100 << 20)
  })

  test('that is stopped leaves no part of it behind', async () => {
    const order = orderOf(2 ** 40)
    const controller = new AbortController()
    const archived = workers().archive(order, controller.signal)
    await expect.poll(() => existsSync(`${order.target}.part`)).toBe(true)
    controller.abort()
    expect(await archived).toMatchObject({ kind: 'failed', noSpace: false, text: expect.stringContaining('stopped') })
    expect(readdirSync(dirname(order.target))).toEqual([])
  })
})

test('closing ends running tasks as failed, once, and later ones too', async () => {
  const pool = fragileWorkers({ stallMilliseconds: 60_000 })
  const path = file('hang')
  const running = pool.measure(path)
  await expect.poll(() => existsSync(`${path}.tried`)).toBe(true)
  await pool.close()
  expect(await running).toMatchObject({ kind: 'unreadable', text: expect.stringContaining('closed') })
  expect(await pool.measure(path)).toMatchObject({ kind: 'unreadable', text: expect.stringContaining('closed') })
})
