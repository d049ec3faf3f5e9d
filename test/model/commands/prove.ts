import fc from 'fast-check'
import { quietly } from '../quietly.ts'
import { type Trial, World } from './world.ts'

/** What may happen next hangs on what waits in the world; what must hold, the judge of the trial knows. */
interface Model {
  readonly world: World
}

/** One thing that may happen now, under the name it has in a counterexample. */
function command(name: string, mayHappen: (world: World) => boolean, make: (world: World) => unknown) {
  return fc.constant<fc.AsyncCommand<Model, World>>({
    check: ({ world }) => !world.isOver && mayHappen(world),
    async run(_, world) {
      await make(world)
      await world.settle()
    },
    toString: () => name,
  })
}

function commandsOf({ messages, answers, afterDeath }: Trial) {
  const always = (): boolean => true
  const sendings = Object.keys(messages).map((name) => command(name, always, (world) => world.send(name)))
  const answerings = Object.entries(answers).flatMap(([name, hows]) => {
    const isHeld = ({ desk }: World): boolean => desk.waiting.some((call) => call.name === name)
    const all = hows.map((how) => command(`${name}: ${how}`, isHeld, (world) => world.answer(name, how)))
    // As often well as not, or few runs would get far.
    return [...all, ...all.slice(0, 1), ...all.slice(0, 1)]
  })
  const hasTimer = ({ desk }: World): boolean => desk.clock.dueTimes.length > 0
  const waiting = command('wait', hasTimer, (world) => world.wait())
  const dying = command('die', always, (world) => world.die())
  return [...sendings, ...answerings, waiting, ...(afterDeath === undefined ? [] : [dying])]
}

/** The same runs each time: what lands must not depend on chance. Another seed in `TRIALS_SEED` looks elsewhere. */
const seed = Number(process.env.TRIALS_SEED ?? 20_261_127)

/**
 * Whatever is sent and answered in whatever order: the judge has no objection, and when everything goes well from then
 * on, the end comes. `length`: commands a run at most; those that cannot happen when their turn comes are left out.
 */
export async function holdsForAllCommands(trial: Trial, numRuns: number, length = 120): Promise<void> {
  const commands = fc.commands(commandsOf(trial), { maxCommands: length, size: 'max' })
  const property = fc.asyncProperty(commands, async (all) => {
    const world = new World(trial)
    await fc.asyncModelRun(() => ({ model: { world }, real: world }), all)
    await world.finish()
  })
  await quietly(() => fc.assert(property, { numRuns, seed }))
}

/**
 * Whatever order the scheduler lets the answers and the messages come in: the same. Each call is answered well or, by
 * the numbers of `choices`, otherwise.
 */
export async function holdsInEveryOrder(
  trial: Trial,
  numRuns: number,
  messages: readonly string[] = [],
): Promise<void> {
  const choices = fc.array(fc.nat({ max: 5 }), { maxLength: 30 })
  const property = fc.asyncProperty(
    fc.scheduler(),
    fc.shuffledSubarray([...messages]),
    choices,
    async (s, sent, ways) => {
      const world = new World(trial)
      const left = [...ways]
      const whenItsTurnComes = (name: string, make: () => void): void => {
        void s.schedule(Promise.resolve(), name).then(make)
      }
      const order = (call: { readonly name: string; readonly answer: (how: string) => void }): void => {
        const hows = trial.answers[call.name] ?? []
        const how = hows[(left.shift() ?? 0) % hows.length] ?? ''
        whenItsTurnComes(`${call.name}: ${how}`, () => call.answer(how))
      }
      for (const call of world.desk.waiting) order(call)
      world.desk.onHeld = order
      for (const name of sent) whenItsTurnComes(name, () => void (world.isOver || world.happen(name)))
      while (s.count() > 0) {
        await s.waitOne()
        await world.settle()
      }
      await world.finish()
    },
  )
  await quietly(() => fc.assert(property, { numRuns, seed }))
}
