import { describe, expect, it } from 'vitest'
import { readHttp } from '../../src/server/verdict.ts'
import { reply } from './answers.ts'

describe('what HTTP itself says', () => {
  it.each([
    [403, 'ERROR : method getJob is forbidden', 'other-dialect'],
    [403, 'ERROR : Token authentication failed. Invalid token. Signature has expired', 'expired'],
    [403, "ERROR : Token authentication failed. 'NoneType' object has no attribute 'replace'", 'refused'],
    [403, 'ERROR : Jane Doe is banned', 'refused'],
    [403, '<html>Forbidden</html>', 'refused'],
    [404, '<html>Not Found</html>', 'unknown'],
    [302, '', 'unknown'],
    [413, 'Request Entity Too Large', 'unknown'],
    [500, 'ERROR : received invalid JSON : Expecting value: line 1 column 14 (char 13)', 'unknown'],
    [500, "getJob() missing 1 required positional argument: 'siteName'", 'unknown'],
    [500, "updateJob() got an unexpected keyword argument 'noSuchParameter'", 'field-refused'],
    [502, '<html>Bad Gateway</html>', 'unknown'],
    [503, '', 'unknown'],
  ])('%i %j is %s', (status, body, kind) => {
    expect(readHttp(reply(body, status)).kind).toBe(kind)
  })

  it('a 200 is read on, whatever it is labelled', () => {
    expect(readHttp(reply('{}'))).toEqual({ kind: 'body', text: '{}' })
  })

  it('no answer is unknown, with the reason', () => {
    expect(readHttp({ kind: 'none', text: 'no answer within the time limit' })).toEqual({
      kind: 'unknown',
      text: 'no answer within the time limit',
    })
  })

  it('a traceback is told by its first line, a long line by its beginning', () => {
    const failure = readHttp(reply(`ERROR : x\nTraceback (most recent call last)\n${'y'.repeat(999)}`, 403))
    expect(failure.text).toBe('the server answered HTTP 403 "ERROR : x"')
    expect(readHttp(reply('y'.repeat(9999), 500)).text.length).toBeLessThan(300)
  })
})
