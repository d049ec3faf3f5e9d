import type { Break } from './break.ts'
import { messageBreaks } from './messages.ts'
import { recordBreaks } from './records.ts'
import { workBreaks } from './work.ts'

/** Every known bug that the promises must find. */
export const breaks: readonly Break[] = [...recordBreaks, ...messageBreaks, ...workBreaks]
