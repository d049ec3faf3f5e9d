import { rangeAnswer, readReport, statesAnswer } from '../event-report.ts'
import { isPilot } from '../model/caller.ts'
import { updateEvent, updateEvents } from '../model/event-update.ts'
import { acquireEvents, countEvents } from '../model/events.ts'
import { dumpJson } from '../python/json.ts'
import { str } from '../python/text.ts'
import { type PythonValue, toInt } from '../python/values.ts'
import { dictionary, given, type LegacyCall, type LegacyMethod, type LegacyReply } from './method.ts'

const noRole: LegacyReply = { kind: 'text', text: 'production or pilot role is required' }

/** getEventRanges (contracts/panda-server.md 6.1): url-encoded, the list is JSON text. */
export const getEventRanges: LegacyMethod = {
  name: 'getEventRanges',
  required: ['pandaID', 'jobsetID'],
  optional: ['taskID', 'nRanges', 'timeout', 'scattered', 'segment_id'],
  run: (call) => {
    if (!isPilot(call.caller)) return noRole
    const rows = acquireEvents(call.panda, {
      PandaID: number(call, 'pandaID') ?? 0,
      jobsetID: number(call, 'jobsetID') ?? 0,
      taskID: number(call, 'taskID'),
      count: call.parameters.nRanges === undefined ? 10 : (number(call, 'nRanges') ?? 8),
      scattered: given(call, 'scattered') === 'True',
    })
    const list = rows.map(rangeAnswer)
    return dictionary({ StatusCode: 0, eventRanges: call.acceptJson ? list : dumpJson(list) })
  },
}

/** checkEventsAvailability. */
export const checkEventsAvailability: LegacyMethod = {
  name: 'checkEventsAvailability',
  required: ['pandaID', 'jobsetID', 'taskID'],
  optional: ['timeout'],
  run: (call) => {
    if (!isPilot(call.caller)) return noRole
    const nEventRanges = countEvents(call.panda, number(call, 'jobsetID') ?? 0, number(call, 'taskID'))
    return { kind: 'json', data: { StatusCode: 0, nEventRanges } }
  },
}

/** get_events_status: the bare dictionary, or null. */
export const getEventsStatus: LegacyMethod = {
  name: 'get_events_status',
  required: ['ids'],
  optional: [],
  run: (call) => ({ kind: 'text', text: dumpJson(statesAnswer(call.panda, str(given(call, 'ids')))) }),
}

/** updateEventRange: always url-encoded; what was skipped counts as failed. */
export const updateEventRange: LegacyMethod = {
  name: 'updateEventRange',
  required: ['eventRangeID', 'eventStatus'],
  optional: ['coreCount', 'cpuConsumptionTime', 'objstoreID', 'timeout'],
  run: (call) => {
    if (!isPilot(call.caller)) return noRole
    const { taken, commands } = updateEvent(call.panda, {
      eventRangeID: str(given(call, 'eventRangeID')),
      status: str(given(call, 'eventStatus')),
      objstoreID: number(call, 'objstoreID'),
      errorCode: null,
      errorDiag: null,
      zip: null,
    })
    const data = taken === true ? { StatusCode: 0, Command: dumpJson(commands) } : { StatusCode: 30 }
    return { kind: 'urlencoded', data }
  },
}

/** updateEventRanges (contracts/panda-server.md 6.3): JSON texts in version 0, JSON in the others. */
export const updateEventRanges: LegacyMethod = {
  name: 'updateEventRanges',
  required: ['eventRanges'],
  optional: ['timeout', 'version'],
  run: (call) => {
    if (!isPilot(call.caller)) return noRole
    const version = number(call, 'version') ?? 0
    const items = readReport(str(given(call, 'eventRanges')), version)
    if (items === null) return reported('"', 'E')
    const { returns, commands } = updateEvents(call.panda, version, items)
    return version === 0 ? reported(dumpJson(returns), dumpJson(commands)) : reported(returns, commands)
  },
}

function reported(Returns: PythonValue, Command: PythonValue): LegacyReply {
  return dictionary({ StatusCode: 0, Returns, Command })
}

/** A parameter as whole number, null where it is none. */
function number(call: LegacyCall, name: string): number | null {
  const value = given(call, name)
  return /^-?\d+$/.test(str(value)) ? toInt(value) : null
}
