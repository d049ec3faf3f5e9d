import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonBody } from '../../src/server/json-body.ts'
import { temporaryDirectory } from './temporary.ts'

const ascii = fc.string({ unit: fc.constantFrom(...'{}[]":, \\/n', 'word', '7f') })

describe('a body in JSON', () => {
  it('says the same of a text in a file as of a string', async () => {
    const textFile = join(await temporaryDirectory(), 'text')
    await fc.assert(
      fc.asyncProperty(fc.dictionary(ascii, ascii), ascii, fc.constantFrom(1, 300_000), async (fields, text, times) => {
        const long = text.repeat(times)
        await writeFile(textFile, long)
        const body = await jsonBody({ ...fields, metaData: { textFile, bytes: long.length } })
        expect(JSON.parse(body.toString())).toEqual({ ...fields, metaData: long })
      }),
      { numRuns: 30 },
    )
  })

  it('is not made of a file that is gone, or of another length', async () => {
    const textFile = join(await temporaryDirectory(), 'text')
    await expect(jsonBody({ metaData: { textFile, bytes: 4 } })).rejects.toThrow(/ENOENT/)
    await writeFile(textFile, 'text and more')
    await expect(jsonBody({ metaData: { textFile, bytes: 4 } })).rejects.toThrow(/has 13 bytes instead of 4/)
  })
})
