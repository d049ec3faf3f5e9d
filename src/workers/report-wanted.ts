import type { Wanted } from './wanted.ts'

/** Entries kept of each level of a log. */
const mostDetails = 25

/** Characters kept: it names every input. */
const longestCommandLine = 1000

const step: Wanted = {
  members: new Map<string, Wanted>([
    ['logfileReport', { members: new Map([['details', { each: { first: mostDetails } }]]) }],
    ['metaData', { members: new Map([['eventLoop', 'nothing']]) }],
  ]),
}

const files: Wanted = {
  members: new Map<string, Wanted>([
    ['input', { unwritten: true, each: { members: new Map([['subFiles', 'count']]), each: 'nothing' } }],
    [
      'output',
      { each: { members: new Map([['subFiles', { each: values('name', 'file_guid', 'file_size', 'nentries') }]]) } },
    ],
  ]),
}

const resource: Wanted = {
  members: new Map<string, Wanted>([
    ['executor', { each: values('cpuTime', 'dbData', 'dbTime', 'resimevents', 'total') }],
    ['transform', values('processedEvents', 'cpuTimeTotal')],
  ]),
}

/**
 * What is wanted of a job report: the values of contracts/pilot-experiment.md 2.3 and the reduced report of 2.8. Of the
 * inputs that is their number, of a step's records of its event loop nothing, of a log the first entries of each level.
 */
export const wantedOfReport: Wanted = {
  members: new Map<string, Wanted>([
    ['cmdLine', { longestText: longestCommandLine }],
    ['exeErrorCode', 'value'],
    ['exeErrorDiag', 'value'],
    ['executor', { each: step }],
    ['exitAcronym', 'value'],
    ['exitCode', 'value'],
    ['exitMsg', 'value'],
    ['files', files],
    ['resource', resource],
  ]),
}

function values(...names: readonly string[]): Wanted {
  return { values: names }
}
