import { expect, it } from 'vitest'
import { adler32Of } from './adler32.ts'
import { copytoolContract } from './copytool.contract.ts'
import { createFakeCopytool } from './fake-copytool.ts'
import { codeOf, never, noProgress, orderOf } from './orders.ts'

async function openFake() {
  const tool = createFakeCopytool()
  const names = (root: string) =>
    [...tool.files.keys()].filter((path) => path.startsWith(root)).map((path) => path.slice(root.length))
  return {
    tool,
    localPath: (name: string) => `/local/${name}`,
    remotePath: (name: string) => `/remote/${name}`,
    putLocal: async (name: string, bytes: Uint8Array) => void tool.files.set(`/local/${name}`, bytes),
    putRemote: async (name: string, bytes: Uint8Array) => void tool.files.set(`/remote/${name}`, bytes),
    getLocal: async (name: string) => tool.files.get(`/local/${name}`),
    getRemote: async (name: string) => tool.files.get(`/remote/${name}`),
    listLocal: async () => names('/local/'),
    listRemote: async () => names('/remote/'),
    close: async () => undefined,
  }
}

copytoolContract('the fake copytool', openFake, { verifiesChecksum: true })

const bytes = new TextEncoder().encode('payload')
const order = orderOf({ direction: 'in', local: '/local/f', remote: '/remote/f' })

it('fails as scripted, once each, then works', async () => {
  const tool = createFakeCopytool()
  tool.files.set('/remote/f', bytes)
  tool.script('f', { kind: 'fail', name: 'SERVICENOTAVAILABLE', advice: 'retry' })
  expect(codeOf(await tool.copy(order, noProgress, never))).toBe(1324)
  expect(codeOf(await tool.copy(order, noProgress, never))).toBeUndefined()
  expect(tool.orders).toHaveLength(2)
})

it('hangs as scripted until it is told to stop', async () => {
  const tool = createFakeCopytool()
  tool.files.set('/remote/f', bytes)
  tool.script('f', { kind: 'hang' })
  const stop = new AbortController()
  const copying = tool.copy(order, noProgress, stop.signal)
  stop.abort()
  expect(await copying).toMatchObject({ kind: 'failed', advice: 'give-up' })
})

it('delivers other bytes as scripted, and their checksum tells', async () => {
  const tool = createFakeCopytool()
  tool.files.set('/remote/f', bytes)
  tool.script('f', { kind: 'corrupt' })
  expect(await tool.copy(order, noProgress, never)).toMatchObject({ kind: 'copied' })
  expect(adler32Of(tool.files.get('/local/f') ?? bytes)).not.toEqual(adler32Of(bytes))
})
