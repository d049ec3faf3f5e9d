import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { adler32 } from '../../src/workers/adler32.ts'
import { createSummingBlock } from '../../src/workers/kernels/adler32.ts'

/** Any piece of the data may follow on any sum. */
type Case = readonly [offset: number, length: number, start: number]

const base = 65521

/** Of so many random cases, how many have the sum that Python's zlib gives: by the kernel, and by plain TypeScript. */
export async function equalToZlib(
  directory: string,
  count: number,
): Promise<{ readonly kernel: number; readonly plain: number }> {
  const data = randomBytes(1 << 20)
  // What overflows first, and what never does.
  data.fill(0xff, 1 << 18, 1 << 19)
  data.fill(0, 1 << 19, (1 << 19) + (1 << 17))
  const cases = Array.from({ length: count }, (): Case => {
    const length = Math.floor(2 ** (Math.random() * 20))
    const offset = Math.floor(Math.random() * (data.length - length))
    const half = () => Math.floor(Math.random() * base)
    return [offset, length, half() * 65536 + half()]
  })
  const [dataFile, caseFile] = [join(directory, 'case-data'), join(directory, 'cases.json')]
  await writeFile(dataFile, data)
  await writeFile(caseFile, JSON.stringify(cases))
  const script = join(import.meta.dirname, '../peers/adler32.py')
  const { stdout } = await promisify(execFile)('python3', [script, 'cases', dataFile, caseFile], { maxBuffer: 1 << 24 })
  const wanted: readonly number[] = JSON.parse(stdout)
  const block = createSummingBlock()
  const equal = (sum: (bytes: Uint8Array, start: number) => number) =>
    cases.filter(([at, length, start], n) => sum(data.subarray(at, at + length), start) === wanted[n]).length
  return {
    kernel: equal((bytes, start) => {
      block.bytes.set(bytes)
      return block.sum(bytes.length, start)
    }),
    plain: equal(adler32),
  }
}
