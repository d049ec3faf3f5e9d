import { isPilot } from '../model/caller.ts'
import { setCommand, setDebug } from '../model/commands.ts'
import { dumpJson } from '../python/json.ts'
import { str } from '../python/text.ts'
import { toInt } from '../python/values.ts'
import { given, type LegacyMethod, noRole } from './method.ts'

/** setDebugMode: answers a sentence (contracts/panda-server.md 10). */
export const setDebugMode: LegacyMethod = {
  name: 'setDebugMode',
  required: ['pandaID', 'modeOn'],
  optional: [],
  run: (call) => {
    if (!isPilot(call.caller)) return { kind: 'text', text: noRole }
    const on = ['True', 'true', '1', 1].some((word) => word === given(call, 'modeOn'))
    return { kind: 'text', text: setDebug(call.panda, call.now, toInt(given(call, 'pandaID')), on).text }
  },
}

/** send_command_to_job. */
export const sendCommandToJob: LegacyMethod = {
  name: 'send_command_to_job',
  required: ['panda_id', 'com'],
  optional: [],
  run: (call) => {
    if (!isPilot(call.caller)) return { kind: 'text', text: dumpJson([false, noRole]) }
    const answer = setCommand(call.panda, call.now, toInt(given(call, 'panda_id')), str(given(call, 'com')))
    return { kind: 'text', text: dumpJson([answer.accepted, answer.text]) }
  },
}
