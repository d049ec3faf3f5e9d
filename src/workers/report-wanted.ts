import { asciiJson } from '../job/ascii-json.ts'
import type { Wanted, WantedRecord } from './wanted.ts'

/** Entries kept of each level of a log. */
const mostDetails = 25

/** Characters kept: it names every input. */
const longestCommandLine = 1000

const step: Wanted = {
  members: wishes({
    logfileReport: { members: wishes({ details: { each: { first: mostDetails } } }) },
    metaData: { members: wishes({ eventLoop: 'nothing' }) },
  }),
}

const input: Wanted = { unwritten: true, each: { members: wishes({ subFiles: 'count' }), each: 'nothing' } }

const resource = {
  members: wishes({
    executor: { each: values('cpuTime', 'dbData', 'dbTime', 'resimevents', 'total') },
    transform: values('processedEvents', 'cpuTimeTotal'),
  }),
}

/**
 * What is wanted of a job report: the values of contracts/pilot-experiment.md 2.3 and the reduced report of 2.8. Of the
 * inputs that is their number, of a step's records of its event loop nothing, of a log the first entries of each level.
 * There may be a hundred thousand outputs, and a job has a few: of the others their events are enough. Where the reduced
 * report would be too long, the next of the wishes holds: without steps, then with what tells the payload's end only.
 */
export function wantedOfReport(outputs: readonly string[]): readonly Wanted[] {
  const file: Wanted = {
    ...values('name', 'file_guid', 'file_size', 'nentries'),
    among: outputs.map((name) => Buffer.from(asciiJson(name))),
  }
  const output: Wanted = { each: { members: wishes({ subFiles: { each: file } }) } }
  const files = { members: wishes({ input, output }) }
  const end = {
    exeErrorCode: 'value',
    exeErrorDiag: 'value',
    exitAcronym: 'value',
    exitCode: 'value',
    exitMsg: 'value',
  } as const
  const cmdLine: Wanted = { longestText: longestCommandLine }
  return [
    { members: wishes({ ...end, cmdLine, executor: { each: step }, files, resource }) },
    { members: wishes({ ...end, cmdLine: 'nothing', executor: 'nothing', files, resource }) },
    {
      members: wishes({ ...end, files: { ...files, unwritten: true }, resource: { ...resource, unwritten: true } }),
      each: 'nothing',
    },
  ]
}

function wishes(members: Readonly<Record<string, Wanted>>): ReadonlyMap<string, Wanted> {
  return new Map(Object.entries(members))
}

function values(...names: readonly string[]): WantedRecord {
  return { values: names }
}
