import { mkdtemp, readFile, rm, watch } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runTool } from '../../src/storage/tool-process.ts'
import { never } from './orders.ts'

const environment = { PATH: process.env.PATH ?? '' }

function shell(script: string, timeout = 60) {
  return { program: 'sh', args: ['-c', script], environment, timeout }
}

/** A process that runs; one that only waits for its parent to notice its end does not. */
async function isAlive(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  return status !== undefined && !/\) [ZX] /.test(status)
}

describe('a command-line tool', () => {
  let directory: string

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'pilot-tool-'))
  })

  afterEach(async () => {
    await rm(directory, { recursive: true, force: true })
  })

  async function pidIn(name: string): Promise<number> {
    for await (const _ of watch(directory)) {
      const text = await readFile(join(directory, name), 'utf8').catch(() => '')
      if (text.endsWith('\n')) return Number(text)
    }
    throw new Error('the directory went away')
  }

  it('gives its exit code and what it said, without NUL bytes', async () => {
    const run = await runTool(shell("printf 'a\\000b'; printf 'no\\000' >&2; exit 54"), never)
    expect(run).toEqual({ kind: 'ended', exitCode: 54, stdout: 'ab', stderr: 'no' })
  })

  it('gets its arguments untouched by any shell', async () => {
    const args = ['%s|', 'two words', '$(id)', "'", '*', '']
    const run = await runTool({ program: 'printf', args, environment, timeout: 60 }, never)
    expect(run).toMatchObject({ stdout: "two words|$(id)|'|*||" })
  })

  it('is heard to the end but not remembered beyond a bound', async () => {
    const run = await runTool(shell('head -c 5000000 /dev/zero | tr "\\0" x; echo the end'), never)
    expect(run.kind === 'ended' && run.stdout).toMatch(/x\nthe end\n$|xthe end\n$/)
    expect(run.kind === 'ended' && run.stdout.length).toBeLessThan(100_000)
  })

  it('that does not exist is an outcome, not an exception', async () => {
    const run = await runTool({ program: 'no-such-tool-here', args: [], environment, timeout: 60 }, never)
    expect(run).toMatchObject({ kind: 'broken', text: expect.stringMatching(/no-such-tool-here cannot be started/) })
    const tooLong = await runTool({ program: 'true', args: ['x'.repeat(3_000_000)], environment, timeout: 60 }, never)
    expect(tooLong).toMatchObject({ kind: 'broken', text: expect.stringMatching(/E2BIG/) })
  })

  it('that somebody else kills says by which signal', async () => {
    const run = await runTool(shell('kill -9 $$'), never)
    expect(run).toMatchObject({ kind: 'broken', text: expect.stringMatching(/SIGKILL/) })
  })

  it('is ended with its children, even if they refuse', async () => {
    const stop = new AbortController()
    const deaf = `trap '' TERM; (trap '' TERM; while :; do sleep 1; done) & echo $! > ${directory}/pid; while :; do sleep 1; done`
    const pid = pidIn('pid')
    const running = runTool(shell(deaf), stop.signal)
    const child = await pid
    expect(await isAlive(child)).toBe(true)
    const told = performance.now()
    stop.abort()
    expect(await running).toEqual({ kind: 'stopped' })
    expect(performance.now() - told).toBeLessThan(2000)
    await expect.poll(() => isAlive(child)).toBe(false)
  })

  it('leaves no child behind when it ends by itself', async () => {
    const run = await runTool(shell('sleep 600 & echo $!'), never)
    const child = Number(run.kind === 'ended' ? run.stdout : Number.NaN)
    expect(child).toBeGreaterThan(1)
    await expect.poll(() => isAlive(child)).toBe(false)
  })

  it('is given up when its time is over', async () => {
    expect(await runTool(shell('sleep 600', 0.05), never)).toEqual({ kind: 'timed-out' })
  })

  it('is not started when it is told to stop before', async () => {
    expect(await runTool(shell(`touch ${directory}/ran`), AbortSignal.abort())).toEqual({ kind: 'stopped' })
    await expect(readFile(join(directory, 'ran'))).rejects.toThrow()
  })
})
