import { readFile, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { thisProcess } from '../../src/database/lock-holder.ts'
import { judged, kill, reopen, runPilot, startPilot } from './pilot.ts'
import type { FaultRow, Seen } from './row.ts'

/** A second pilot, started by `before`, while the first holds the database. */
function second(before: readonly string[], words: string) {
  return async (directory: string): Promise<Seen> => {
    const written = await runPilot([directory, 'write', '10', '200'])
    const first = startPilot([directory, 'hold'])
    await first.said('open')
    const holder = JSON.parse(await readFile(join(directory, 'pilot-lock.json'), 'utf8')) as { pid: number }
    const refused = await runPilot([directory, 'read'], before)
    kill(first)
    await first.ended
    const after = await reopen(directory, written.acknowledged)
    const seen = judged(written.acknowledged, after, refused.exitCode === 3 ? 0 : 1)
    const named = refused.refusal?.includes(`is held by the pilot with pid ${holder.pid}${words}`) === true
    return {
      ...seen,
      text: `“${refused.refusal ?? 'let in'}”; killed and opened again: ${seen.text}`,
      ok: seen.ok && named,
    }
  }
}

async function manyAtOnce(directory: string): Promise<Seen> {
  const dead = startPilot([directory, 'write', '1000000', '200'])
  await dead.said('ack', 5)
  kill(dead)
  const { acknowledged } = await dead.ended
  const many = Array.from({ length: 6 }, () => startPilot([directory, 'hold']))
  const said = await Promise.all(many.map((pilot) => Promise.race([pilot.said('open'), pilot.said('refused')])))
  const refused = many.filter((_, index) => said[index]?.startsWith('refused'))
  const ends = await Promise.all(refused.map(({ ended }) => ended))
  for (const pilot of many) kill(pilot)
  await Promise.all(many.map(({ ended }) => ended))
  const opened = said.filter((line) => line === 'open').length
  const seen = judged(
    acknowledged,
    await reopen(directory, acknowledged),
    ends.filter(({ exitCode }) => exitCode !== 3).length,
  )
  const text = `${opened} of ${many.length} opened it, ${refused.length} were refused; ${seen.text}`
  return { ...seen, text, ok: seen.ok && opened === 1 && refused.length === many.length - 1 }
}

/** Opened over the lock of somebody; `held`: whether that must refuse it. */
function lockOf(somebody: (me: Awaited<ReturnType<typeof thisProcess>>) => object, held: boolean) {
  return async (directory: string): Promise<Seen> => {
    const written = await runPilot([directory, 'write', '10', '200'])
    const lock = join(directory, 'pilot-lock.json')
    await writeFile(lock, JSON.stringify(somebody(await thisProcess())))
    const opened = await runPilot([directory, 'read'])
    await writeFile(lock, '{')
    const seen = judged(written.acknowledged, await reopen(directory, written.acknowledged), 0)
    const text = opened.refusal === undefined ? 'taken over' : `“${opened.refusal}”`
    return { ...seen, text: `${text}; ${seen.text}`, ok: seen.ok && opened.exitCode === (held ? 3 : 0) }
  }
}

const refusal = 'the second is refused, with the holder named'

export const lockRows: readonly FaultRow[] = [
  { name: 'two pilots', expected: refusal, run: second([], '') },
  {
    name: 'two pilots, the second in another network namespace',
    expected: refusal,
    needs: ['unshare', 'root'],
    run: second(['unshare', '-n'], ''),
  },
  {
    name: 'two pilots, the second in other pid and network namespaces',
    expected: refusal,
    needs: ['unshare', 'root'],
    run: second(['unshare', '-n', '-p', '-f', '--mount-proc', '--kill-child'], ' in another container'),
  },
  {
    name: 'two pilots, the second in another pid namespace',
    expected: refusal,
    needs: ['unshare', 'root'],
    run: second(['unshare', '-p', '-f', '--mount-proc', '--kill-child'], ' in another container'),
  },
  { name: 'six pilots find the lock of a dead one at once', expected: 'one gets it', run: manyAtOnce },
  {
    name: 'lock of a dead pilot whose pid another process has',
    expected: 'taken over',
    run: lockOf((me) => ({ ...me, pid: process.pid, startTicks: 1, netNamespace: 'net:[1]' }), false),
  },
  {
    name: 'lock from before the machine was started anew',
    expected: 'taken over',
    run: lockOf((me) => ({ ...me, pid: process.pid, bootId: 'before' }), false),
  },
  {
    name: 'lock of a pilot on another host',
    expected: 'refused: nothing is known of that host',
    run: lockOf((me) => ({ ...me, bootId: 'another', host: `not-${hostname()}` }), true),
  },
]
