import { setDebug, setCommand as setInModel } from '../model/commands.ts'
import { failure, intOr, required, success, type V1Method } from './method.ts'

/** job/set_command (contracts/panda-server.md 10). */
export const setCommand: V1Method = {
  name: 'job/set_command',
  verb: 'POST',
  secure: true,
  production: true,
  parameters: [...required('int', 'job_id'), ...required('str', 'command')],
  run: (call) => {
    const answer = setInModel(call.panda, call.now, intOr(call, 'job_id') ?? 0, String(call.parameters.command))
    return answer.accepted ? success(null, answer.text) : failure(answer.text)
  },
}

/** job/set_debug_mode: its success flag is inverted in the real server (contracts/panda-server.md 13, 28). */
export const setDebugMode: V1Method = {
  name: 'job/set_debug_mode',
  verb: 'POST',
  secure: true,
  production: true,
  parameters: [...required('int', 'job_id'), ...required('bool', 'mode')],
  run: (call) => {
    const answer = setDebug(call.panda, call.now, intOr(call, 'job_id') ?? 0, call.parameters.mode === true)
    return answer.kind === 'changed' ? failure(answer.text) : success(null, answer.text)
  },
}
