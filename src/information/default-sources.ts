import { join } from 'node:path'

/**
 * Where a document is looked for, best first: CVMFS before the web (contracts/pilot-data.md 7.1). `{pandaqueue}` stands
 * for the queue's name. An address given by the operator stands alone.
 */
export interface DocumentSources {
  readonly queue: readonly string[]
  readonly storage: readonly string[]
}

export interface SourceChoice {
  /** `--queuedata-url`; a path, a file:// or an http(s) URL. */
  readonly queueUrl: string | undefined
  /** `--storagedata-url`, likewise. */
  readonly storageUrl: string | undefined
  /** `$ATLAS_SW_BASE`, or `/cvmfs`. */
  readonly cvmfsBase: string
}

const onCvmfs = 'atlas.cern.ch/repo/sw/local/etc'

export function documentSources({ queueUrl, storageUrl, cvmfsBase }: SourceChoice): DocumentSources {
  return {
    queue:
      queueUrl === undefined
        ? [
            join(cvmfsBase, onCvmfs, 'cric_pandaqueues.json'),
            'http://pandaserver.cern.ch:25085/cache/schedconfig/{pandaqueue}.all.json',
            'https://atlas-cric.cern.ch/cache/schedconfig/{pandaqueue}.json',
          ]
        : [queueUrl],
    storage:
      storageUrl === undefined
        ? [join(cvmfsBase, onCvmfs, 'cric_ddmendpoints.json'), 'https://atlas-cric.cern.ch/cache/ddmendpoints.json']
        : [storageUrl],
  }
}

/** Names of the cached documents, those of the Python pilot (7.1). */
export const cacheNames = { queue: 'queuedata.json', storage: 'agis_ddmendpoints.agis.ALL.json' } as const

export function isWebAddress(source: string): boolean {
  return /^https?:\/\//i.test(source)
}

/** The source of one queue's document. */
export function forQueue(source: string, queue: string): string {
  return source.replaceAll('{pandaqueue}', isWebAddress(source) ? encodeURIComponent(queue) : queue)
}
