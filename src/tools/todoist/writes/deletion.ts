/** What the operations that delete things have in common: the deletion waits ten minutes, and can be undone until then. */
import type { NextCall } from '../../../core/operation/next-call.ts'
import { tellItems } from '../../../core/schema/batch.ts'
import { UNDO_MS } from '../../../domain/todoist/things/undo.ts'
import { tellStanding } from './standing.ts'
import type { ThingsOutput } from './things.ts'

const MINUTE_MS = 60_000

export const DELETION =
  'Todoist has no trash, so that the deletion waits here for ten minutes. What is deleted is no longer listed meanwhile; todoist.sync.undo takes the deletion back.'

export function tellDeletion({ results }: ThingsOutput): string {
  return tellItems(results, 'Not deleted', (result) => {
    const { state, id, name } = result
    if (state === 'done') return `Deleted: ${name}`
    if (state !== 'queued') return tellStanding(result, id ?? '', name)
    return tellWaitingDeletion(name)
  })
}

export function tellWaitingDeletion(name: string): string {
  return `Deleted at Todoist in ${UNDO_MS / MINUTE_MS} minutes, and can be undone until then: ${name}`
}

export function nextAfterDeletion({ results }: ThingsOutput): readonly NextCall[] {
  const commandIds = results.flatMap((result) =>
    result.ok && result.state === 'queued' ? result.commandIds : [],
  )
  return commandIds.length === 0 ? [] : [{ operation: 'todoist.sync.undo', input: { commandIds } }]
}
