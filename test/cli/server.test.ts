import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, it } from 'vitest'

const command = new URL('../../src/cli/server.ts', import.meta.url).href
let directory = ''
let child: ChildProcess | undefined

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pilot-server-'))
  await writeFile(join(directory, 'job.json'), JSON.stringify({ transformation: 'run.sh', PandaID: 5 }))
})
afterEach(async () => {
  child?.kill('SIGKILL')
  await rm(directory, { recursive: true })
})

/** Runs the command in a process of its own: its lines so far, a promise of a certain line, and of the exit code. */
function run(...args: string[]) {
  const script = `import { server } from '${command}'; process.exit(await server(process.argv.slice(1)))`
  const started = spawn(process.execPath, ['--input-type=module', '-e', script, '--', ...args])
  child = started
  const lines: string[] = []
  const waiting = new Set<() => void>()
  for (const stream of [started.stdout, started.stderr]) {
    createInterface(stream).on('line', (line) => {
      lines.push(line)
      for (const look of waiting) look()
    })
  }
  const ended = new Promise<number | null>((resolve) => started.once('close', resolve))
  const line = (form: RegExp) =>
    new Promise<string>((resolve) => {
      const look = () => {
        const found = lines.find((text) => form.test(text))
        if (found !== undefined) resolve(found)
      }
      waiting.add(look)
      look()
    })
  return { process: started, lines, line, ended }
}

it('tells how to start a pilot, each call, each outcome, and a table at the end', async () => {
  const server = run('--jobs', directory, '--port', '0')
  const address = /http:\/\/\S+:\d+/.exec(await server.line(/bin\/pilot --url/))?.[0] ?? ''
  const post = (path: string, body: string) =>
    fetch(address + path, { method: 'POST', body, headers: { 'Content-Type': 'application/json' } })
  await post('/api/v1/pilot/acquire_jobs', '{"site_name": "Q"}')
  await post(
    '/api/v1/pilot/update_job',
    '{"job_id": 5, "job_status": "failed", "attempt_nr": 1, "pilot_error_code": 1305}',
  )
  await server.line(/^pilot\/update_job .*job_id=5 job_status=failed.* -> NULL$/)
  await server.line(/^job 5 is failed$/)
  server.process.kill('SIGINT')
  expect(await server.ended).toBe(0)
  expect(server.lines.some((line) => /^5 +failed +failed +1 +1305 /.test(line))).toBe(true)
})

it('with --json prints one JSON object a line, on stdout alone', async () => {
  const server = run('--jobs', directory, '--port', '0', '--json', '--only', 'legacy')
  const { url } = JSON.parse(await server.line(/"listening"/))
  await fetch(`${url}/server/panda/isAlive`)
  await server.line(/"call"/)
  server.process.kill('SIGTERM')
  expect(await server.ended).toBe(0)
  expect(server.lines.map((line) => JSON.parse(line).event)).toEqual(['listening', 'call', 'end'])
})

it('with --https leaves the authority and a client certificate for the pilot, and takes them away again', async () => {
  const server = run('--jobs', directory, '--port', '0', '--https', '--json')
  const { url, authorityDir, clientFile } = JSON.parse(await server.line(/"listening"/))
  expect(url).toMatch(/^https:/)
  expect(existsSync(join(authorityDir, 'ca.pem')) && existsSync(clientFile)).toBe(true)
  server.process.kill('SIGINT')
  expect(await server.ended).toBe(0)
  expect(existsSync(authorityDir)).toBe(false)
})

it.each([
  ['a broken job file', ['--jobs'], /bad\.json is not JSON/],
  ['an unknown dialect', ['--only', 'v2', '--jobs'], /--only/],
  ['a port that is none', ['--port', '70000', '--jobs'], /expected a number from 0 to 65535/],
])('%s ends it with 2 and a clear text, before it listens', async (_, args, text) => {
  await writeFile(join(directory, 'bad.json'), '{')
  const server = run(...args, directory)
  expect(await server.ended).toBe(2)
  expect(server.lines.join('\n')).toMatch(text)
})

it('a port that is taken ends it with 2 and says which', async () => {
  const first = run('--jobs', directory, '--port', '0', '--json')
  const { port } = new URL(JSON.parse(await first.line(/"listening"/)).url)
  const second = run('--jobs', directory, '--port', port)
  expect(await second.ended).toBe(2)
  expect(second.lines.join('\n')).toContain(`port ${port} cannot be used`)
  first.process.kill('SIGINT')
  expect(await first.ended).toBe(0)
})
