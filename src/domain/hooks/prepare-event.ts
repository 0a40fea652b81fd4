/** Prepares the call of an event, by the kind of its hook. */
import { prepareAreaEvent } from '../inbox/area-hooks.ts'
import type { Prepare } from '../inbox/work.ts'
import { hookIdOf } from './own-hook.ts'
import { prepareOwnEvent } from './own-reports.ts'

export const prepareEvent: Prepare = (runtime, event) => {
  const prepare = hookIdOf(event.source) === undefined ? prepareAreaEvent : prepareOwnEvent
  return prepare(runtime, event)
}
