import { spawnSync } from 'node:child_process'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createDebugCommands } from '../../src/host/debug-commands.ts'
import { readStat } from '../../src/host/process-tree.ts'
import { createProcesses } from '../../src/host/processes.ts'
import { lines, lives, payload, start, temporaryDirectory } from './job-directory.ts'

const redact = (text: string) => text
const installed = spawnSync('gdb', ['--version']).status === 0
const required = process.env.PILOT_REAL_TOOLS === 'required'

async function runningPayload() {
  const directory = await temporaryDirectory()
  const started = await start(createProcesses(), payload(directory, 'sleep 600 & echo $!; wait'))
  const [child] = await lines(started, 1)
  return { directory, started, child: Number(child) }
}

/** A program in gdb's place. */
async function fakeGdb(directory: string, script: string): Promise<string> {
  const path = join(directory, 'gdb')
  await writeFile(path, `#!/bin/sh\n${script}\n`)
  await chmod(path, 0o755)
  return path
}

describe('gdb', () => {
  test('gets our arguments and the youngest process of the payload, and not the pilot’s environment', async () => {
    const { directory, started, child } = await runningPayload()
    const gdb = await fakeGdb(directory, `for each; do echo "<$each>"; done; env | cut -d= -f1 | sort; pwd`)
    const shown = await createDebugCommands({ redact, gdb }).run({ name: 'gdb' }, started.identity, directory)
    expect(shown).toMatch(new RegExp(`^stacks of process ${child}: sleep 600\n<-nx>\n<-nh>\n<-batch>\n`))
    expect(shown).toMatch(
      new RegExp(`<-p>\n<${child}>\n<-ex>\n<thread apply all backtrace>\nHOME\nLC_ALL\nPATH\nPWD\n/$`),
    )
  })

  test('that does not end is ended, and the payload goes on', async () => {
    const { directory, started, child } = await runningPayload()
    const gdb = await fakeGdb(
      directory,
      `trap '' TERM; kill -STOP ${child}; echo '#0 somewhere'; while :; do sleep 0.05; done`,
    )
    const commands = createDebugCommands({ redact, gdb, deadline: 300, grace: 5000 })
    const shown = await commands.run({ name: 'gdb' }, started.identity, directory)
    expect(shown).toMatch(/\n#0 somewhere\n\ngdb was ended: it took too long$/)
    await expect.poll(() => readStat(child)?.state, { interval: 5 }).toBe('S')
  })

  test('that outlasts all deadlines is not waited for, and nothing else is begun before it ended', async () => {
    const { directory, started } = await runningPayload()
    const gdb = await fakeGdb(directory, `trap '' TERM; while :; do sleep 0.05; done`)
    const commands = createDebugCommands({ redact, gdb, deadline: 50, grace: 50 })
    const ask = (name: 'gdb' | 'ps') => commands.run({ name }, started.identity, directory)
    expect(await ask('gdb')).toBe('gdb\nno answer within 100 ms')
    expect(await ask('ps')).toBe('ps\nan earlier command has not ended yet')
    await expect.poll(() => ask('ps'), { interval: 20, timeout: 5000 }).toMatch(/ sleep 600$/m)
  })

  test('that is missing is a text', async () => {
    const { directory, started } = await runningPayload()
    const commands = createDebugCommands({ redact, gdb: 'gdb-that-nobody-has' })
    expect(await commands.run({ name: 'gdb' }, started.identity, directory)).toMatch(
      /\ngdb-that-nobody-has is not installed on this node$/,
    )
  })

  test('is not started without a payload process', async () => {
    const { directory, started } = await runningPayload()
    await createProcesses().signalTree(started.identity, 'SIGKILL')
    const commands = createDebugCommands({ redact })
    expect(await commands.run({ name: 'gdb' }, started.identity, directory)).toBe(
      'gdb\nno process of the payload is left',
    )
    expect(await commands.run({ name: 'gdb' }, undefined, directory)).toBe('gdb\nno payload is running')
  })

  test.skipIf(!installed && !required)(
    'shows real stacks, and the payload goes on (needs gdb)',
    async () => {
      const { directory, started, child } = await runningPayload()
      await writeFile(join(directory, '.gdbinit'), `shell touch ${directory}/harm`)
      const shown = await createDebugCommands({ redact, deadline: 30_000 }).run(
        { name: 'gdb' },
        started.identity,
        directory,
      )
      expect(shown).toMatch(new RegExp(`^stacks of process ${child}: sleep 600\n[\\s\\S]*^#0 `, 'm'))
      await expect(readFile(join(directory, 'harm'))).rejects.toThrow('ENOENT')
      expect(lives(child)).toBe(true)
      await expect.poll(() => readStat(child)?.state, { interval: 5 }).toBe('S')
    },
    40_000,
  )
})
