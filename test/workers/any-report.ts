import fc from 'fast-check'

const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: fc.constantFrom(...'"\\[]{},:é\n😀') }))
const number = fc.oneof(fc.nat(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(2 ** 60))
/** Outputs that the job has. */
export const outputNames = ['HITS.1._000001.pool.root.1', 'é', 'a"b']

/** A field may hold what it should, or anything else. */
const or = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 8, arbitrary }, { weight: 1, arbitrary: fc.jsonValue() })
const some = <T>(fields: { [Name in keyof T]: fc.Arbitrary<T[Name]> }) => fc.record(fields, { requiredKeys: [] })
const list = <T>(arbitrary: fc.Arbitrary<T>, maxLength = 4) => fc.array(arbitrary, { maxLength })

const entry = some({
  message: or(text),
  firstLine: or(number),
  count: or(number),
  moreDetails: or(some({ abnormalLines: or(fc.dictionary(text, text)), lastNormalLine: or(some({ message: text })) })),
})
const step = some({
  name: or(text),
  rc: or(number),
  logfileReport: or(some({ countSummary: or(fc.object()), details: or(fc.dictionary(text, or(list(entry, 40)))) })),
  metaData: or(some({ eventLoop: or(list(fc.jsonValue(), 40)), other: text })),
})
const longNumber = fc.constantFrom('9007199254740993', '-123456789012345678', '0.10', '1e400', '-0').map(JSON.rawJSON)
const subFile = some({
  name: or(fc.oneof(fc.constantFrom(...outputNames), text)),
  file_guid: or(text),
  file_size: or(fc.oneof(number, longNumber)),
  nentries: or(fc.oneof(number, longNumber)),
  lumi_block: or(list(number)),
})
const argument = some({ dataset: or(text), subFiles: or(list(or(subFile), 10)) })
/** Tens of names, so that some are among those of the job. */
const manyOutputs = some({ subFiles: fc.array(subFile, { minLength: 20, maxLength: 60 }) })
const resources = some({
  cpuTime: or(number),
  total: or(some({ cpuTime: or(number) })),
  dbData: or(number),
  dbTime: or(number),
  resimevents: or(number),
})

/** A job report of any shape: most fields as in contracts/pilot-experiment.md 2.2, some absent, some of another type. */
export const anyReport: fc.Arbitrary<unknown> = some({
  cmdLine: or(fc.oneof(text, fc.constant('input.root '.repeat(200)))),
  created: or(text),
  executor: or(list(or(step))),
  exitAcronym: or(text),
  exitCode: or(number),
  exitMsg: or(text),
  exeErrorCode: or(text),
  files: or(some({ input: or(list(or(argument))), output: or(list(or(fc.oneof(argument, manyOutputs)))) })),
  resource: or(
    some({
      executor: or(fc.dictionary(text, or(resources))),
      transform: or(some({ processedEvents: or(number), cpuTimeTotal: or(number) })),
    }),
  ),
})

/** Ways to write a tree: indents, names sorted or not, blanks around separators, all as escapes, a byte order mark. */
export const written: fc.Arbitrary<(tree: unknown) => string> = fc
  .record({
    indent: fc.constantFrom(0, 1, 2, 4, '\t', '\r\n'),
    sorted: fc.boolean(),
    escaped: fc.boolean(),
    marked: fc.boolean(),
    before: fc.constantFrom('', '\n', '   '.repeat(40)),
  })
  .map(({ indent, sorted, escaped, marked, before }) => (tree) => {
    const text = JSON.stringify(sorted ? sortNames(tree) : tree, undefined, indent)
    return `${marked ? '\ufeff' : ''}${before}${escaped ? escapeAll(text) : text}${before}`
  })

function sortNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortNames)
  if (typeof value !== 'object' || value === null) return value
  const sorted = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(sorted.map(([name, member]) => [name, sortNames(member)]))
}

/** As Python writes: nothing beyond ASCII. */
function escapeAll(text: string): string {
  return text.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
