import { rangeAnswer, readReport, statesAnswer } from '../event-report.ts'
import { updateEvent, updateEvents } from '../model/event-update.ts'
import { acquireEvents, countEvents } from '../model/events.ts'
import { dumpJson } from '../python/json.ts'
import { repr, str } from '../python/text.ts'
import { PythonError, type PythonValue } from '../python/values.ts'
import { type Envelope, failure, intOr, optional, required, success, type V1Call, type V1Method } from './method.ts'

const eventCall = { verb: 'POST', secure: true, production: true } as const
const databaseError = 'database error in the PanDA server'

/** event/acquire_event_ranges (contracts/panda-server.md 6.1): the data is the list itself. */
export const acquireEventRanges: V1Method = {
  ...eventCall,
  name: 'event/acquire_event_ranges',
  parameters: [
    ...required('int', 'job_id', 'jobset_id'),
    ...optional('int', ['task_id']),
    ...optional('int', ['n_ranges'], 10),
    ...optional('int', ['timeout'], 60),
    ...optional('bool', ['scattered'], false),
    ...optional('int', ['segment_id']),
  ],
  run: (call) => {
    const rows = acquireEvents(call.panda, {
      PandaID: intOr(call, 'job_id') ?? 0,
      jobsetID: intOr(call, 'jobset_id') ?? 0,
      taskID: intOr(call, 'task_id'),
      count: intOr(call, 'n_ranges') ?? 10,
      scattered: call.parameters.scattered === true,
    })
    return success(rows.map(rangeAnswer))
  },
}

/** event/get_available_event_range_count. */
export const getAvailableEventRangeCount: V1Method = {
  ...eventCall,
  verb: 'GET',
  name: 'event/get_available_event_range_count',
  parameters: [...required('int', 'job_id', 'jobset_id', 'task_id'), ...optional('int', ['timeout'], 60)],
  run: (call) => success(countEvents(call.panda, intOr(call, 'jobset_id') ?? 0, intOr(call, 'task_id'))),
}

/** event/get_event_range_statuses: documents `job_id`, reads `panda_id`. */
export const getEventRangeStatuses: V1Method = {
  name: 'event/get_event_range_statuses',
  verb: 'GET',
  secure: true,
  production: false,
  parameters: required('str', 'job_task_ids'),
  run: (call) => {
    const answer = statesAnswer(call.panda, str(call.parameters.job_task_ids ?? ''))
    return answer === null ? failure(databaseError) : success(answer)
  },
}

/** event/update_single_event_range: nobody can name an object store, its annotation is broken. */
export const updateSingleEventRange: V1Method = {
  ...eventCall,
  name: 'event/update_single_event_range',
  parameters: [
    ...required('str', 'event_range_id', 'event_range_status'),
    ...optional('int', ['core_count']),
    ...optional('float', ['cpu_consumption_time']),
    ...optional('broken', ['object_store_id']),
    ...optional('int', ['timeout'], 60),
  ],
  run: (call) => {
    const { event_range_id, event_range_status } = call.parameters
    const { taken, commands } = updateEvent(call.panda, {
      eventRangeID: str(event_range_id ?? ''),
      status: str(event_range_status ?? ''),
      objstoreID: null,
      errorCode: null,
      errorDiag: null,
      zip: null,
    })
    if (taken === false) return failure(databaseError)
    return { success: taken, message: '', data: { Command: dumpJson(commands) } }
  },
}

/** event/update_event_ranges (contracts/panda-server.md 6.3). */
export const updateEventRanges: V1Method = {
  ...eventCall,
  name: 'event/update_event_ranges',
  parameters: [
    ...required('str', 'event_ranges'),
    ...optional('int', ['timeout'], 120),
    ...optional('int', ['version'], 0),
  ],
  run: (call) => {
    const version = intOr(call, 'version') ?? 0
    const items = readReport(str(call.parameters.event_ranges ?? ''), version)
    if (items === null) return reported(call, version, '"', 'E')
    const { returns, commands } = updateEvents(call.panda, version, items)
    if (version === 0) return reported(call, version, dumpJson(returns), dumpJson(commands))
    return reported(call, version, returns, commands)
  },
}

/** The recorded server puts its answer into a Python set and fails, after everything is stored. */
function reported(call: V1Call, version: number, returns: PythonValue, commands: PythonValue): Envelope {
  if (call.panda.eventUpdates === 'as documented') return success({ Returns: returns, Commands: commands })
  if (version !== 0 && typeof returns !== 'string') throw new PythonError("unhashable type: 'list'")
  // The order of a set is nobody's promise; this is the recorded one.
  const set = ['Commands', returns, 'Returns', commands].map(repr).join(', ')
  throw new PythonError(`Type not serializable for {${set}} (<class 'set'>)`)
}
