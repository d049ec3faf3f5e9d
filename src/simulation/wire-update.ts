import type { JobUpdate } from '../job/update.ts'
import type { Stored } from '../standin/model/job.ts'
import type { JobUpdate as ModelUpdate } from '../standin/model/update.ts'

/** An update as the server's model reads it: what decides about the job, and the columns that tell why. */
export function wireUpdate({ pandaId, attemptNr, state, stdout, final }: JobUpdate): ModelUpdate {
  return {
    PandaID: pandaId,
    state,
    attemptNr,
    fields: final === undefined ? {} : fieldsOf(final),
    startTime: null,
    endTime: null,
    report: final === undefined ? '' : reportOf(final),
    metadata: '',
    pilotLog: '',
    stdout: stdout ?? '',
  }
}

type Final = NonNullable<JobUpdate['final']>

function fieldsOf({ pilotError, exitCode }: Final): Record<string, Stored> {
  return {
    pilotErrorCode: pilotError?.code ?? 0,
    pilotErrorDiag: pilotError?.text ?? '',
    ...(exitCode === undefined ? {} : { transExitCode: exitCode }),
  }
}

/** contracts/panda-server.md 5.5: every file that was stored, the log included. */
function reportOf({ stored }: Final): string {
  const entries = stored.map(({ lfn, guid, size, adler32, surl }) => [lfn, { guid, fsize: size, adler32, surl }])
  return JSON.stringify(Object.fromEntries(entries))
}
