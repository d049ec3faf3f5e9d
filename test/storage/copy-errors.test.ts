import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classify, detailOf, failed } from '../../src/storage/copy-errors.ts'
import { orderOf } from './orders.ts'

const inward = orderOf({ direction: 'in', local: '/work/f', remote: 'root://A//data/f' })
const outward = orderOf({ direction: 'out', local: '/work/f', remote: 'root://A//data/f' })

/** What the real tools said (contracts/pilot-data.md appendix A.1), and the codes meant for it, in and out. */
const saidByXrdcp = [
  [
    54,
    'Run: [ERROR] Server responded with an error: [3011] Unable to open /data/f; no such file or directory',
    1331,
    1103,
  ],
  [2, 'xrdcp: no such file or directory processing /work/f', 1099, 1165],
  [
    54,
    'Run: [ERROR] Server responded with an error: [3010] Unable to open /data/f; permission denied (source)',
    1099,
    1137,
  ],
  [52, 'Run: [FATAL] Auth failed: No protocols left to try (source)', 1338, 1383],
  [53, 'Run: [ERROR] CheckSum error', 1171, 1172],
  [54, 'Run: [ERROR] Server responded with an error: [3013] query chksum is not supported', 1242, 1242],
  [54, 'Run: [ERROR] Local error: no space left on device:  (destination)', 1098, 1333],
  [
    54,
    'Run: [ERROR] Server responded with an error: [3009] Unable to write /data/f; no space left on device',
    1098,
    1333,
  ],
  [54, 'Run: [ERROR] Local error: file exists:  (destination)', 1221, 1221],
  [50, 'Run: [ERROR] Invalid operation: file exists', 1221, 1221],
  [51, 'Run: [FATAL] Connection error:  (source)', 1324, 1324],
  [52, 'Run: [ERROR] Operation expired:  (source)', 1151, 1152],
  [51, 'Run: [FATAL] Invalid address:  (source)', 1327, 1327],
  [54, 'Run: [ERROR] Server responded with an error: [3005] something new', 1362, 1362],
  [1, 'a message nobody has seen', 1099, 1137],
] as const

describe('what went wrong with a copy', () => {
  it.each(saidByXrdcp)('xrdcp %i %j', (exitCode, text, codeIn, codeOut) => {
    expect(classify({ tool: 'xrdcp', order: inward, exitCode, text }).error.code).toBe(codeIn)
    expect(classify({ tool: 'xrdcp', order: outward, exitCode, text }).error.code).toBe(codeOut)
  })

  /** The texts of contracts/pilot-data.md 2.8. */
  it.each([
    ['Timeout', 1151, 1152],
    ['FAILED xrdadler32', 1171, 1172],
    ['globus_xio: gone', 1180, 1181],
    ['SRM_FILE_BUSY', 1221, 1221],
    ['File Exists', 1221, 1221],
    ['NO SUCH FILE OR DIRECTORY', 1331, 1103],
    ['unable to checksum', 1242, 1242],
    ['Could not establish context', 1163, 1163],
    ['no space left on device', 1098, 1333],
    ['Service is not available at the moment', 1324, 1324],
    ['network is UNREACHABLE', 1327, 1327],
  ])('any tool %j, in whatever case', (text, codeIn, codeOut) => {
    expect(classify({ tool: 'other', order: inward, text }).error.code).toBe(codeIn)
    expect(classify({ tool: 'other', order: outward, text }).error.code).toBe(codeOut)
  })

  it('a mismatch of an md5 has the code of md5', () => {
    const checksum = { algorithm: 'md5', value: '0'.repeat(32) } as const
    const failure = { tool: 'xrdcp', exitCode: 53, text: 'CheckSum error' }
    expect(classify({ ...failure, order: { ...inward, checksum } }).error.code).toBe(1145)
    expect(classify({ ...failure, order: { ...outward, checksum } }).error.code).toBe(1141)
  })

  it('is not read out of the name of the file', () => {
    const remote = 'root://A//data/user.x.timeout.root'
    const order = orderOf({ direction: 'in', local: '/work/user.x.timeout.root', remote })
    expect(classify({ tool: 'other', order, text: `cannot fetch ${remote}` }).error.code).toBe(1099)
    const missing = { tool: 'xrdcp', order, exitCode: 54, text: `[3011] Unable to open ${remote}` }
    expect(classify(missing).error.code).toBe(1331)
  })

  it('tells what the tool said, on one line and without the secret part of a URL', () => {
    expect(detailOf('Run: [ERROR]\n  at https://h/f?X-Amz-Signature=abc&x=1 (source)\u0000\n')).toBe(
      'Run: [ERROR]; at https://h/f?… (source)',
    )
    expect(failed('MKDIR', 'why', 'give-up')).toEqual({
      kind: 'failed',
      error: { code: 1199, text: 'why' },
      advice: 'give-up',
    })
  })

  it('is always one of the codes there are, in at most a few hundred characters', () => {
    const failure = fc.record({
      tool: fc.constantFrom('mv', 'xrdcp', 'other'),
      order: fc.constantFrom(inward, outward),
      exitCode: fc.option(fc.integer(), { nil: undefined }),
      systemError: fc.option(fc.constantFrom('ENOENT', 'ENOSPC', 'EIO'), { nil: undefined }),
      text: fc.string({ unit: 'binary', maxLength: 2000 }),
    })
    fc.assert(
      fc.property(failure, (sample) => {
        const { error } = classify(sample)
        expect(error.code).toBeGreaterThan(1000)
        expect(error.text.length).toBeLessThan(400)
        expect(error.text).not.toMatch(/\p{Cc}/u)
      }),
    )
  })
})
