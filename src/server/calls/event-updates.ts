import * as z from 'zod/mini'
import { parseCommands } from '../../job/commands.ts'
import type { PandaId } from '../../job/ids.ts'
import type { WireValue } from '../dialect.ts'
import type { EventChunk, EventReport, EventReportAnswer, EventResult, EventVerdict } from '../event-port.ts'
import type { Reply } from '../exchange.ts'
import { decimal, parseJson } from '../json.ts'
import { readAnswer } from '../legacy-answer.ts'
import { readData } from '../v1-answer.ts'
import { readHttp, type Verdict } from '../verdict.ts'
import { defined, legacyPost, v1Post } from '../wire-calls.ts'
import { columnText, wholeNumber } from '../wire-text.ts'
import type { Call } from './call.ts'

/** Results of one call; the server skips the rest without a word of them. */
const most = 100_000

const returns = z.array(z.nullable(z.boolean()))
const commandMap = z.record(z.string(), z.unknown())
const wireAnswer = z.object({ Returns: z.unknown(), Commands: z.unknown() })
const wireSingle = z.object({ Command: z.unknown() })
const skippedEnvelope = z.object({ success: z.null(), data: wireSingle })

/** event/update_event_ranges, updateEventRanges: the list is JSON text inside the body (contracts/panda-server.md 6.2). */
export const updateRangesCall: Call<EventReport, EventReportAnswer> = {
  v1: {
    request(report) {
      const fields = { event_ranges: JSON.stringify(wireReport(report)), version: report.version }
      return tooMany(report) ?? v1Post('event/update_event_ranges', fields, ['event_ranges', 'version'])
    },
    read(reply, report) {
      const answer = readData(reply, wireAnswer)
      return answer.kind === 'done' ? readReport(answer.value.Returns, answer.value.Commands, report) : answer
    },
  },
  legacy: {
    request(report) {
      const fields = { eventRanges: JSON.stringify(wireReport(report)), version: String(report.version) }
      return tooMany(report) ?? legacyPost('updateEventRanges', fields, ['eventRanges', 'version'])
    },
    read(reply, report) {
      const answer = readAnswer(reply)
      return answer.kind === 'done' ? readReport(answer.value.Returns, answer.value.Command, report) : answer
    },
  },
}

/** event/update_single_event_range, updateEventRange. */
export const updateRangeCall: Call<EventResult, EventReportAnswer> = {
  v1: {
    /** The store is never named: any value of it breaks the server (13 gotcha 27). */
    request({ eventRangeID, status, coreCount, cpuTime }) {
      const fields = defined<WireValue>({
        event_range_id: eventRangeID,
        event_range_status: status,
        core_count: wholeNumber(coreCount, 6),
        cpu_consumption_time: decimal(cpuTime),
      })
      return v1Post('event/update_single_event_range', fields, ['event_range_id', 'event_range_status'])
    },
    read(reply) {
      const skipped = readSkipped(reply)
      if (skipped !== undefined) return single('skipped', skipped)
      const answer = readData(reply, wireSingle)
      return answer.kind === 'done' ? single('taken', answer.value.Command) : answer
    },
  },
  legacy: {
    request({ eventRangeID, status, coreCount, cpuTime, objectStoreId }) {
      const fields = defined<WireValue>({
        eventRangeID,
        eventStatus: status,
        coreCount: asText(wholeNumber(coreCount, 6)),
        cpuConsumptionTime: asText(wholeNumber(cpuTime, 10)),
        objstoreID: asText(objectStoreId),
      })
      return legacyPost('updateEventRange', fields, ['eventRangeID', 'eventStatus', 'objstoreID'])
    },
    /** A skipped range is a failure, code 30, like one that was refused: the status tells which. */
    read(reply, { status }) {
      const answer = readAnswer(reply)
      if (answer.kind === 'done') return single('taken', answer.value.Command)
      const passing = status === 'running' || status === 'transferring'
      return answer.kind === 'not-stored' && passing ? single('skipped', {}) : answer
    },
  },
}

function wireReport(report: EventReport): WireValue {
  if (report.version === 0) return report.results.map(wireResult)
  return report.chunks.map(({ archive, results }) => ({
    ...(archive === undefined ? {} : { zipFile: wireArchive(archive) }),
    eventRanges: results.map(wireResult),
  }))
}

/** Digits and lengths of contracts/panda-server.md 6.2. */
function wireResult(result: EventResult): Record<string, WireValue> {
  const { eventRangeID, status, errorCode, errorDiag, coreCount, cpuTime, objectStoreId, pathConvention } = result
  return defined<WireValue>({
    eventRangeID,
    eventStatus: status,
    errorCode: wholeNumber(errorCode, 5),
    errorDiag: errorDiag === undefined ? undefined : columnText(errorDiag, 500),
    coreCount: wholeNumber(coreCount, 6),
    cpuConsumptionTime: wholeNumber(cpuTime, 10),
    objstoreID: objectStoreId,
    pathConvention: wholeNumber(pathConvention, 2),
  })
}

function wireArchive(archive: NonNullable<EventChunk['archive']>): Record<string, WireValue> {
  const { lfn, objectStoreId, size, adler32, numEvents, pathConvention } = archive
  return defined<WireValue>({ lfn, objstoreID: objectStoreId, fsize: size, adler32, numEvents, pathConvention })
}

function resultCount(report: EventReport): number {
  if (report.version === 0) return report.results.length
  return report.chunks.reduce((sum, { results }) => sum + results.length, 0)
}

function tooMany(report: EventReport): string | undefined {
  const count = resultCount(report)
  return count > most ? `${count} event ranges are too many for one report: at most ${most}` : undefined
}

/** One answer for each range; one false more is the server's word for a database failure (contracts/panda-server.md 6.3). */
function readReport(returned: unknown, commands: unknown, report: EventReport): Verdict<EventReportAnswer> {
  const list = returns.safeParse(opened(returned))
  if (!list.success) return { kind: 'unknown', text: "the server's answer tells nothing of the event ranges" }
  const count = resultCount(report)
  const extra = list.data.length === count + 1 && list.data[count] === false
  if (!extra && list.data.length !== count) {
    return { kind: 'unknown', text: `reported ${count} event ranges, got the verdicts of ${list.data.length}` }
  }
  const verdicts = list.data.slice(0, count).map(verdictOf)
  return { kind: 'done', value: { verdicts, commands: commandsIn(commands), settled: !extra } }
}

function verdictOf(taken: boolean | null): EventVerdict {
  if (taken === null) return 'skipped'
  return taken ? 'taken' : 'refused'
}

function single(verdict: EventVerdict, commands: unknown): Verdict<EventReportAnswer> {
  return { kind: 'done', value: { verdicts: [verdict], commands: commandsIn(commands), settled: true } }
}

/** v1 says of a skipped range neither yes nor no: `success` is null. */
function readSkipped(reply: Reply): unknown {
  const http = readHttp(reply)
  const parsed = http.kind === 'body' ? skippedEnvelope.safeParse(parseJson(http.text)) : undefined
  return parsed?.success ? parsed.data.data.Command : undefined
}

/** `{"<PandaID>": null | "tobekilled" | …}`, or its JSON text. */
function commandsIn(value: unknown): EventReportAnswer['commands'] {
  const map = commandMap.safeParse(opened(value))
  if (!map.success) return []
  return Object.entries(map.data).map(([id, command]) => ({
    pandaId: Number(id) as PandaId,
    commands: parseCommands(typeof command === 'string' ? command : undefined),
  }))
}

function opened(value: unknown): unknown {
  return typeof value === 'string' ? parseJson(value) : value
}

function asText(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(value)
}
