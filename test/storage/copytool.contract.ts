import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Copytool } from '../../src/storage/port.ts'
import { adler32Of } from './adler32.ts'
import { codeOf, never, noProgress, orderOf } from './orders.ts'

/** One tool between two places, each empty at first. Names are plain file names. */
export interface CopytoolBench {
  readonly tool: Copytool
  localPath(name: string): string
  remotePath(name: string): string
  putLocal(name: string, bytes: Uint8Array): Promise<void>
  putRemote(name: string, bytes: Uint8Array): Promise<void>
  getLocal(name: string): Promise<Uint8Array | undefined>
  getRemote(name: string): Promise<Uint8Array | undefined>
  /** Names in both places, `.part` files and all. */
  listLocal(): Promise<readonly string[]>
  listRemote(): Promise<readonly string[]>
  close(): Promise<void>
}

export interface ContractTraits {
  /** The tool reads the file to compare its checksum; otherwise its caller must. */
  readonly verifiesChecksum: boolean
}

const text = (words: string): Uint8Array => new TextEncoder().encode(words)
const content = text('what the job needs\n'.repeat(500))

/** What every copytool owes its caller (src/storage/port.ts). */
export function copytoolContract(title: string, open: () => Promise<CopytoolBench>, traits: ContractTraits): void {
  describe(`${title} keeps the copytool contract`, () => {
    let bench: CopytoolBench

    beforeEach(async () => {
      bench = await open()
    })

    afterEach(async () => {
      await bench.close()
    })

    function order(direction: 'in' | 'out', name: string) {
      return orderOf({ direction, lfn: name, local: bench.localPath(name), remote: bench.remotePath(name) })
    }

    it.each(['EVNT.1._0001.pool.root.1', 'with two blanks', '-rf', 'a=b&c%41#d'])(
      'brings in %j whole',
      async (name) => {
        await bench.putRemote(name, content)
        const known = { size: content.length, checksum: adler32Of(content) }
        const outcome = await bench.tool.copy({ ...order('in', name), ...known }, noProgress, never)
        expect(outcome).toMatchObject({ kind: 'copied' })
        expect(await bench.getLocal(name)).toEqual(content)
        expect(await bench.listLocal()).toEqual([name])
      },
    )

    it.each(['HITS.1._0001.pool.root.1', 'with two blanks', '-rf', 'a=b&c%41#d'])(
      'brings out %j whole',
      async (name) => {
        await bench.putLocal(name, content)
        const known = { size: content.length, checksum: adler32Of(content) }
        const outcome = await bench.tool.copy({ ...order('out', name), ...known }, noProgress, never)
        expect(outcome).toMatchObject({ kind: 'copied', remoteSize: content.length })
        expect(await bench.getRemote(name)).toEqual(content)
        expect(await bench.listRemote()).toEqual([name])
      },
    )

    it('needs neither size nor checksum', async () => {
      await bench.putRemote('in', content)
      await bench.putLocal('out', content)
      expect(await bench.tool.copy(order('in', 'in'), noProgress, never)).toMatchObject({ kind: 'copied' })
      expect(await bench.tool.copy(order('out', 'out'), noProgress, never)).toMatchObject({ kind: 'copied' })
      expect(await bench.getLocal('in')).toEqual(content)
      expect(await bench.getRemote('out')).toEqual(content)
    })

    it.each(['in', 'out'] as const)('moves an empty file %s', async (direction) => {
      const empty = new Uint8Array()
      await (direction === 'in' ? bench.putRemote('empty', empty) : bench.putLocal('empty', empty))
      const known = { size: 0, checksum: adler32Of(empty) }
      const outcome = await bench.tool.copy({ ...order(direction, 'empty'), ...known }, noProgress, never)
      expect(outcome).toMatchObject({ kind: 'copied' })
      expect(await (direction === 'in' ? bench.getLocal('empty') : bench.getRemote('empty'))).toEqual(empty)
    })

    it.each(['in', 'out'] as const)('accepts a checksum with leading zeros %s', async (direction) => {
      const letter = text('a')
      expect(adler32Of(letter).value).toBe('00620062')
      await (direction === 'in' ? bench.putRemote('zeros', letter) : bench.putLocal('zeros', letter))
      const known = { size: 1, checksum: adler32Of(letter) }
      const outcome = await bench.tool.copy({ ...order(direction, 'zeros'), ...known }, noProgress, never)
      expect(outcome).toMatchObject({ kind: 'copied' })
    })

    it('reports a missing input as 1331 and another replica as the remedy', async () => {
      const outcome = await bench.tool.copy(order('in', 'gone'), noProgress, never)
      expect(outcome).toMatchObject({ kind: 'failed', error: { code: 1331 }, advice: 'other-replica' })
      expect(await bench.listLocal()).toEqual([])
    })

    it('reports a missing output as 1165, which nothing can mend', async () => {
      const outcome = await bench.tool.copy(order('out', 'gone'), noProgress, never)
      expect(outcome).toMatchObject({ kind: 'failed', error: { code: 1165 }, advice: 'give-up' })
      expect(await bench.listRemote()).toEqual([])
    })

    it.each(['in', 'out'] as const)('leaves nothing of a file with another size %s', async (direction) => {
      await (direction === 'in' ? bench.putRemote('cut', content) : bench.putLocal('cut', content))
      const wrong = { ...order(direction, 'cut'), size: content.length + 1 }
      const outcome = await bench.tool.copy(wrong, noProgress, never)
      expect(outcome.kind).toBe('failed')
      expect(await (direction === 'in' ? bench.listLocal() : bench.listRemote())).toEqual([])
    })

    const mismatches = [
      ['in', 1171],
      ['out', 1172],
    ] as const
    for (const [direction, code] of traits.verifiesChecksum ? mismatches : []) {
      it(`leaves nothing of a file with another checksum ${direction} (${code})`, async () => {
        await (direction === 'in' ? bench.putRemote('rot', content) : bench.putLocal('rot', content))
        const checksum = { algorithm: 'adler32', value: 'deadbeef' } as const
        const outcome = await bench.tool.copy({ ...order(direction, 'rot'), checksum }, noProgress, never)
        expect(codeOf(outcome)).toBe(code)
        expect(await (direction === 'in' ? bench.listLocal() : bench.listRemote())).toEqual([])
      })
    }

    it.each(['in', 'out'] as const)('does nothing %s when it is told to stop before it began', async (direction) => {
      await (direction === 'in' ? bench.putRemote('halt', content) : bench.putLocal('halt', content))
      const outcome = await bench.tool.copy(order(direction, 'halt'), noProgress, AbortSignal.abort())
      expect(outcome).toMatchObject({ kind: 'failed', advice: 'give-up' })
      expect(await (direction === 'in' ? bench.listLocal() : bench.listRemote())).toEqual([])
    })

    it.each(['in', 'out'] as const)('has the whole file or none when it is told to stop %s', async (direction) => {
      await (direction === 'in' ? bench.putRemote('halt', content) : bench.putLocal('halt', content))
      const stop = new AbortController()
      const copying = bench.tool.copy(order(direction, 'halt'), noProgress, stop.signal)
      stop.abort()
      const outcome = await copying
      const left = await (direction === 'in' ? bench.listLocal() : bench.listRemote())
      expect(left).toEqual(outcome.kind === 'copied' ? ['halt'] : [])
    })
  })
}
