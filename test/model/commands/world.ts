import {
  type ActorRefFrom,
  type AnyActorLogic,
  type AnyEventObject,
  createActor,
  createMachine,
  spawnChild,
} from 'xstate'
import { Desk, type Judge } from './desk.ts'

/** A chart with its real body over ports that are answered by hand, and what must hold of it. */
export interface Trial {
  /** The body over the ports of this desk, made anew for each life; no input = there is nothing left to do. */
  readonly open: (desk: Desk) => { readonly logic: () => AnyActorLogic; readonly input: () => unknown }
  /** What may be sent to the chart; `nth` counts what was sent before. */
  readonly messages: Readonly<Record<string, (nth: number) => AnyEventObject>>
  /** The calls that are held, and the ways in which they may be answered; the first of each leads to the end. */
  readonly answers: Readonly<Record<string, readonly string[]>>
  /** What must hold, made anew for each run. */
  readonly judge: () => Judge
  /** May its process be killed and started again? Says what its parent then sends again, of what was sent before. */
  readonly afterDeath?: (sent: readonly string[]) => readonly string[]
  /** Sent, if it was not yet, before it is led to its end. */
  readonly lastMessage?: string
}

/** Steps within which an end must be reached when every call is answered well. */
const mostSteps = 500

/** One run of a trial: lives of the chart one after another, over the same desk. */
export class World {
  readonly desk: Desk
  readonly sent: string[] = []
  isOver = false
  readonly #trial: Trial
  readonly #opened: ReturnType<Trial['open']>
  #parent: { stop: () => unknown } | undefined
  #chart: ActorRefFrom<AnyActorLogic> | undefined

  constructor(trial: Trial) {
    this.#trial = trial
    this.desk = new Desk(Object.keys(trial.answers), trial.judge())
    this.#opened = trial.open(this.desk)
    this.#start()
  }

  send(name: string): void {
    const message = this.#trial.messages[name]?.(this.sent.length)
    if (message === undefined) throw new Error(`there is no message ${name}`)
    this.sent.push(name)
    this.desk.see({ kind: 'sent', name })
    this.#chart?.send(message)
  }

  /** As kill -9 would, with nothing left that the dead process could still do; the next one starts at once. */
  async die(): Promise<void> {
    await this.settle()
    this.desk.waiting.splice(0)
    this.#parent?.stop()
    this.desk.see({ kind: 'died' })
    this.#start()
    if (!this.isOver) for (const name of this.#trial.afterDeath?.(this.sent) ?? []) this.send(name)
  }

  /** A message by its name, or `wait`. */
  happen(name: string): void {
    if (name === 'wait') this.wait()
    else this.send(name)
  }

  answer(name: string, how: string): void {
    this.desk.waiting.find((call) => call.name === name)?.answer(how)
  }

  /** To the next timer; false when none is set. */
  wait(): boolean {
    const due = this.desk.clock.dueTimes[0]
    if (due === undefined) return false
    this.desk.clock.advanceTo(due)
    return true
  }

  /** Until nothing moves by itself; throws what the judge objected to. */
  async settle(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    if (this.desk.objections.length > 0) throw new Error(this.desk.objections.join('\n'))
  }

  /** Everything goes well from here on: the end must come. */
  async finish(): Promise<void> {
    const { lastMessage, answers } = this.#trial
    if (lastMessage !== undefined && !this.sent.includes(lastMessage) && !this.isOver) this.send(lastMessage)
    for (let step = 0; !this.isOver && step < mostSteps; step++) {
      await this.settle()
      const [call] = this.desk.waiting
      if (call !== undefined) call.answer(answers[call.name]?.[0] ?? '')
      else if (!this.isOver && !this.wait()) break
    }
    await this.settle()
    if (!this.isOver) throw new Error('it does not come to its end, though every call is answered well')
  }

  #start(): void {
    const { logic, input } = this.#opened
    const given = input()
    this.isOver = given === undefined
    if (this.isOver) return
    const machine = createMachine({
      entry: spawnChild(logic(), { id: 'chart', input: given }),
      on: { '*': { actions: ({ event }) => this.#hear(event) } },
    })
    const parent = createActor(machine, { clock: this.desk.clock }).start()
    this.#parent = parent
    this.#chart = parent.getSnapshot().children.chart
  }

  #hear(event: AnyEventObject): void {
    if (event.type === 'xstate.done.actor.chart') {
      this.isOver = true
      this.desk.see({ kind: 'closed', output: event.output })
    } else if (event.type === 'xstate.error.actor.chart') this.desk.see({ kind: 'broke', error: event.error })
    else this.desk.see({ kind: 'told', message: event })
  }
}
