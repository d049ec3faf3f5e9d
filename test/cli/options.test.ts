import { describe, expect, test } from 'vitest'
import { parseOptions } from '../../src/cli/options.ts'

const files: Readonly<Record<string, string>> = {
  'pilot.json': JSON.stringify({
    queue: 'FILE',
    lifetime: 100,
    debug: true,
    noproxyverification: true,
    baseurls: ['a'],
  }),
  'odd.json': JSON.stringify({ quux: 1, lifetime: 'long', url: { deep: true } }),
  'list.json': '[]',
  'torn.json': '{"queue":',
}

function readFile(path: string): string {
  const content = files[path]
  if (content === undefined) throw new Error(`ENOENT: ${path}`)
  return content
}

const parse = (argv: readonly string[], environment: Record<string, string> = {}) =>
  parseOptions(argv, environment, readFile)

function run(argv: readonly string[], environment: Record<string, string> = {}) {
  const parsed = parse(argv, environment)
  if (parsed.kind !== 'run') throw new Error(JSON.stringify(parsed))
  return parsed
}

function refusal(...argv: string[]): string {
  const parsed = parse(argv)
  return parsed.kind === 'refused' ? parsed.text : `not refused: ${parsed.kind}`
}

describe('the Python pilot’s command line', () => {
  test('defaults are those of the contract', () => {
    expect(run(['-q', 'Q']).configuration).toMatchObject({
      queue: 'Q',
      pilotUser: 'generic',
      cleanup: true,
      versionTag: 'PR',
      serverUpdate: true,
      jobLabel: 'ptest',
      getJobRequests: 2,
      getJobFailures: 5,
      lifetime: 324_000,
      leaseTime: 3600,
      port: 25_443,
      allowOtherCountry: false,
      allowSameUser: true,
      workflow: 'generic',
      cvmfs: true,
      verifyProxy: true,
      tokenRenewal: true,
      workerStatusUpdate: true,
      harvesterSubmitMode: 'PULL',
      baseUrls: [],
      useRucioTraces: true,
    })
  })

  test('a launcher’s whole line is understood, with a warning for each option that does nothing here', () => {
    const line =
      '--pilot-user generic -q SITE/Q -a /scratch -i PR -j managed -v 3 -x 5 --cleanup False --url https://panda:8443 ' +
      '-p 25443 --allow-same-user=False --job-type user -w generic -l 3600 --resource-type MCORE -b -t -d -r old -s old ' +
      '--hpc-resource x --pod --harvester-submit-mode PUSH --cacert /p --capath /c -k --use-rucio-traces False'
    const { configuration, notes } = run(line.split(' '))
    expect(configuration).toMatchObject({ cleanup: false, allowSameUser: false, cvmfs: false, verifyProxy: false })
    expect(configuration).toMatchObject({
      workerStatusUpdate: false,
      resourceType: 'MCORE',
      debug: true,
      lifetime: 3600,
    })
    expect(notes).toEqual([
      '--resource is obsolete and ignored',
      '--site is obsolete and ignored',
      '--harvester-submit-mode is not furnished in this version and ignored',
      '--hpc-resource is not furnished in this version and ignored',
      '--pod is not furnished in this version and ignored',
    ])
  })

  test.each(['yes', 'True', 't', 'Y', '1'])('--cleanup %s says yes', (word) => {
    expect(run(['-q', 'Q', '--cleanup', word]).configuration.cleanup).toBe(true)
  })

  test.each(['no', 'False', 'f', 'N', '0'])('--cleanup %s says no', (word) => {
    expect(run(['-q', 'Q', '--cleanup', word]).configuration.cleanup).toBe(false)
  })

  test('a repeated option counts the last time', () => {
    expect(run(['-q', 'A', '--queue=B']).configuration.queue).toBe('B')
  })

  test('what an empty room does anyway needs no warning', () => {
    expect(run(['-q', 'Q', '--use-rucio-traces', 'False', '--use-https', 'yes', '-w', 'generic']).notes).toEqual([])
    expect(run(['-q', 'Q', '--use-rucio-traces', 'True', '-w', 'stager']).notes).toHaveLength(2)
  })
})

describe('precedence', () => {
  test('option over file over default, and each remembers where it came from', () => {
    const { configuration, origins } = run(['--config', 'pilot.json', '-q', 'Q'])
    expect(configuration).toMatchObject({ queue: 'Q', lifetime: 100, jobLabel: 'ptest' })
    expect(origins.queue).toEqual({ kind: 'option', written: '-q' })
    expect(origins.lifetime).toEqual({ kind: 'file', path: 'pilot.json' })
    expect(origins.jobLabel).toEqual({ kind: 'default' })
  })

  test('PANDAPILOT_LIFETIME beats even the option', () => {
    const { configuration, origins } = run(['-q', 'Q', '-l', '5'], { PANDAPILOT_LIFETIME: '7' })
    expect(configuration.lifetime).toBe(7)
    expect(origins.lifetime).toEqual({ kind: 'environment', name: 'PANDAPILOT_LIFETIME' })
  })

  test('PANDA_BASE_URLS counts when no base URLs are given, and beats the file', () => {
    const environment = { PANDA_BASE_URLS: 'https://a, https://b' }
    expect(run(['-q', 'Q'], environment).configuration.baseUrls).toEqual(['https://a', 'https://b'])
    expect(run(['-q', 'Q', '--config', 'pilot.json'], environment).configuration.baseUrls).toHaveLength(2)
    expect(run(['-q', 'Q', '-g', ''], environment).configuration.baseUrls).toHaveLength(2)
    expect(run(['-q', 'Q', '-g', 'x'], environment).configuration.baseUrls).toEqual(['x'])
  })

  test('an empty environment variable says nothing', () => {
    expect(run(['-q', 'Q', '-l', '5'], { PANDAPILOT_LIFETIME: ' ' }).configuration.lifetime).toBe(5)
  })
})

describe('the configuration file', () => {
  test('a switch is given with true, and may supply the queue', () => {
    const { configuration } = run(['--config', 'pilot.json'])
    expect(configuration).toMatchObject({ queue: 'FILE', debug: true, verifyProxy: false, baseUrls: ['a'] })
  })

  test('unknown names are noted, wrong values refused with name and file', () => {
    expect(refusal('-q', 'Q', '--config', 'odd.json')).toBe(
      [
        'pilot: configuration file odd.json: lifetime is no whole number: "long"',
        'pilot: configuration file odd.json: url must be a text, a number, true, false or a list of texts',
        'pilot: see pilot --help',
      ].join('\n'),
    )
  })

  test.each([
    ['missing.json', 'cannot be read'],
    ['torn.json', 'is no JSON'],
    ['list.json', 'holds no dictionary'],
  ])('%s is refused: it %s', (path, reason) => {
    expect(refusal('-q', 'Q', '--config', path)).toContain(`configuration file ${path} ${reason}`)
  })
})

describe('refusals say what was wrong and what would be right', () => {
  test.each([
    [[], '--queue is required'],
    [['-q', 'Q', '-l', 'long'], '-l is no whole number: "long"'],
    [['-q', 'Q', '-l', '1e9'], '-l is no whole number: "1e9"'],
    [['-q', 'Q', '-p', '70000'], '-p is 70000, but at most 65535 is possible'],
    [['-q', 'Q', '--concurrent-jobs', '0'], '--concurrent-jobs is 0, but at least 1 is needed'],
    [['-q', 'Q', '--cleanup', 'maybe'], '--cleanup is "maybe", but must be yes/true/t/y/1 or no/false/f/n/0'],
    [['-q', 'Q', '--server-api', 'v2'], '--server-api is "v2", but must be one of auto, v1, legacy'],
    [['-q', 'Q', '--resource-type', 'BIG'], '--resource-type is "BIG", but must be SCORE|MCORE|SCORE_*|MCORE_*'],
  ])('%j: %s', (argv, text) => {
    expect(refusal(...argv)).toContain(text)
  })

  test('all problems are said at once', () => {
    expect(refusal('-l', 'x', '-p', 'y').split('\n')).toHaveLength(4)
  })

  test('an environment variable that is no number is named', () => {
    const parsed = parse(['-q', 'Q'], { PANDAPILOT_LIFETIME: 'forever' })
    expect(parsed).toMatchObject({
      kind: 'refused',
      text: expect.stringContaining('PANDAPILOT_LIFETIME is no whole number'),
    })
  })
})

describe('what is only said', () => {
  test('help and version need no queue and win over mistakes', () => {
    expect(parse(['--help', '-l', 'x']).kind).toBe('help')
    expect(parse(['-h']).kind).toBe('help')
    expect(parse(['--version']).kind).toBe('version')
  })

  test('--print-config shows each value and where it came from, aligned', () => {
    const parsed = parse(['--print-config', '-q', 'Q', '-t', '--config', 'pilot.json'])
    const lines = parsed.kind === 'print-config' ? parsed.text.split('\n') : []
    const line = (name: string) => lines.find((text) => text.startsWith(`${name} `))?.split(/\s{2,}/)
    expect(line('queue')).toEqual(['queue', 'Q', 'option -q'])
    expect(line('lifetime')).toEqual(['lifetime', '100', 'file pilot.json'])
    expect(line('noproxyverification')).toEqual(['noproxyverification', 'true', 'option -t'])
    expect(line('url')).toEqual(['url', '-', 'default'])
    expect(new Set(lines.map((text) => text.search(/(option|file|environment) \S+$|default$/))).size).toBe(1)
  })

  test('--print-config --json can be read by a program, and be a configuration file again', () => {
    const parsed = parse(['--print-config', '--json', '-q', 'Q', '-d', '-t', '-g', 'a,b'])
    const shown = JSON.parse(parsed.kind === 'print-config' ? parsed.text : '{}') as Record<string, { value: unknown }>
    expect(shown.queue).toEqual({ value: 'Q', from: 'option -q' })
    const again = JSON.stringify(Object.fromEntries(Object.entries(shown).map(([name, { value }]) => [name, value])))
    const parsedAgain = parseOptions(['--config', 'again.json'], {}, () => again)
    const { printConfig, json, configFile, ...values } = run(['-q', 'Q', '-d', '-t', '-g', 'a,b']).configuration
    expect(parsedAgain).toMatchObject({ kind: 'run', configuration: values })
  })
})
