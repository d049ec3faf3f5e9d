import type { Wanted } from './wanted.ts'

/** Entries kept of each level of a log. */
const mostDetails = 25

/** Characters kept: it names every input. */
const longestCommandLine = 1000

/**
 * What is wanted of a job report: the fields of contracts/pilot-experiment.md 2.3 and the reduced report of 2.8. Of the
 * inputs that is their number, of a step's records of its event loop nothing, of a log the first entries of each level.
 */
export const wantedOfReport: Wanted = {
  members: new Map<string, Wanted>([
    ['cmdLine', { longestText: longestCommandLine }],
    [
      'executor',
      {
        each: {
          members: new Map<string, Wanted>([
            ['logfileReport', { members: new Map([['details', { each: { first: mostDetails } }]]) }],
            ['metaData', { members: new Map([['eventLoop', 'nothing']]) }],
          ]),
        },
      },
    ],
    [
      'files',
      {
        members: new Map<string, Wanted>([
          ['input', { each: { members: new Map([['subFiles', 'count']]), each: 'nothing' } }],
        ]),
      },
    ],
  ]),
}
