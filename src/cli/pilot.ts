import { parseOptions, refusedExitCode } from './options.ts'
import { readVersion } from './version.ts'

/** `pilot [options]`: takes jobs until there are no more. Resolves to the exit code of the process. */
export async function pilot(argv: readonly string[]): Promise<number> {
  const parsed = parseOptions(argv, process.env)
  switch (parsed.kind) {
    case 'help':
    case 'print-config':
      process.stdout.write(`${parsed.text.trimEnd()}\n`)
      return 0
    case 'version':
      process.stdout.write(`${await readVersion()}\n`)
      return 0
    case 'refused':
      process.stderr.write(`${parsed.text}\n`)
      return refusedExitCode
    case 'run': {
      const { runPilot } = await import('./run-pilot.ts')
      return runPilot(parsed)
    }
  }
}
