import type { RunDirectory } from './ground.ts'

const head = `#!/bin/bash
export LC_ALL=C`

/** Bash tells the time without a process: the payload's own time is not that of \`date\`. */
const note = (what: string, { payloadTimes }: RunDirectory): string =>
  `echo "${what} $EPOCHREALTIME $2" >> '${payloadTimes}'`

/** The payload of the reference run: a second of nothing, 100 MB read, 100 MB written, a jobReport. */
export function copyingTransform(run: RunDirectory): string {
  return `${head}
${note('start', run)}
sleep 1
cat "$1" >/dev/null
head -c 100000000 /dev/zero | tr '\\0' x > "$2"
echo '{"exitCode": 0, "exitAcronym": "OK", "exitMsg": "OK", "files": {"output": []}}' > jobReport.json
${note('end', run)}
`
}

/** Sleeps until it is killed; \`exec\` leaves one process that does nothing at all. */
export function sleepingTransform(run: RunDirectory): string {
  return `${head}
${note('start', run)}
exec sleep infinity
`
}
