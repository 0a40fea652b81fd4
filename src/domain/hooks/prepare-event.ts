/** Prepares what handles an event, by its source. */
import { AppError } from '../../core/errors.ts'
import { prepareAreaEvent } from '../inbox/area-hooks.ts'
import type { Prepare } from '../inbox/prepared.ts'
import { hookIdOf } from './own-hook.ts'
import { prepareOwnEvent } from './own-reports.ts'

export const prepareEvent: Prepare = (runtime, event) => {
  const { source, operation } = event
  if (operation !== null) {
    const prepare = hookIdOf(source) === undefined ? prepareAreaEvent : prepareOwnEvent
    return prepare(runtime, { ...event, operation })
  }
  const handle = runtime.resources.inboxHandlers?.[source]
  if (handle === undefined) throw noHandler(source)
  return handle(runtime, event)
}

function noHandler(source: string): AppError {
  return new AppError('not_configured', `This gateway no longer handles events of ${source}.`, {
    fix: `Configure ${source} again, then retry the event with inbox.retry.`,
  })
}
