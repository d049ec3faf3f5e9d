// Everything that must hold before a change lands: `npm test` runs it after setup.sh. All steps run, also after one that
// failed, and the last line says how it went.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { delimiter, join } from 'node:path'

const root = join(import.meta.dirname, '..')

/** ms one step may take before it is ended; all together stay below ten minutes on two cores. */
const longestStep = 8 * 60_000

const steps = [
  { name: 'types', argv: ['tsc', '--noEmit'] },
  { name: 'lint', argv: ['biome', 'check', '.'] },
  { name: 'layers', argv: ['depcruise', 'src'] },
  { name: 'unused', argv: ['knip'] },
  { name: 'tests', argv: ['vitest', 'run'] },
] as const

interface Ended {
  readonly name: string
  readonly passed: boolean
  readonly seconds: string
}

/** The project's own tools and Node come first, whatever started this. */
const environment = {
  ...process.env,
  PATH: [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter),
}

async function run({ name, argv: [command, ...args] }: (typeof steps)[number]): Promise<Ended> {
  console.log(`\n── ${name}: ${[command, ...args].join(' ')}`)
  const start = performance.now()
  const child = spawn(command, args, { cwd: root, env: environment, stdio: 'inherit', timeout: longestStep })
  const passed = await once(child, 'exit').then(
    ([code]) => code === 0,
    (cause: Error) => {
      console.log(`${command} cannot be started: ${cause.message}`)
      return false
    },
  )
  return { name, passed, seconds: ((performance.now() - start) / 1000).toFixed(1) }
}

const ended: Ended[] = []
for (const step of steps) ended.push(await run(step))

console.log('')
for (const { name, passed, seconds } of ended) {
  console.log(`${passed ? 'passed' : 'FAILED'}  ${name.padEnd(8)} ${seconds.padStart(6)} s`)
}
const failed = ended.filter(({ passed }) => !passed).map(({ name }) => name)
console.log(failed.length === 0 ? '\nAll checks passed.' : `\nFailed: ${failed.join(', ')}.`)
process.exitCode = failed.length === 0 ? 0 : 1
