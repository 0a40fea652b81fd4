/**
 * What Todoist does where its documents and the reports of people disagree, or where they say nothing. Code that reads
 * Todoist has to work with every setting. Each default is what the documentation says, where it says something.
 */
export interface Switches {
  /** The answer of close, reopen and delete: documented as 200 with `null`; the SDK's own tests use 204. */
  closeAnswer: 'null' | 'empty'
  /** Whether `until` of the completed tasks excludes that moment (documented) or includes it (measured by a user). */
  completedUntil: 'exclusive' | 'inclusive'
  /** GET of a completed task: not found, as documented ("active only"), or the task with `checked` (seen live). */
  completedTask: 'not-found' | 'found'
  /** `due.datetime` beside `due.date`: not on version 1 of the API; older clients expect it. */
  dueDatetime: 'absent' | 'present'
  /** Whether a second POST with the same X-Request-Id is answered as the first: documented for the old API only. */
  requestId: 'ignored' | 'honoured'
  /** Whether `item_complete` also finishes the repeating subtasks, or leaves them. */
  completeRepeatingSubtasks: 'finished' | 'kept'
  /** The version in a webhook: "10" in the documentation, "1" in the SDK. */
  webhookVersion: '10' | '1'
  /** A due string with `starting` that was set other than by quick add is read again at each completion. */
  startingString: 'moves-on' | 'read-again'
  /** The answer to a sync token that Todoist does not know (any more). */
  unknownSyncToken: 'full-sync' | 'refused'
  /** Whether the ids of a command that was run before are repeated, or only its status. */
  seenCommandIds: 'repeated' | 'left-out'
  /** Where a label has its order in sync: `item_order` in the documentation, `order` in the SDK. */
  syncLabelOrder: 'item_order' | 'order'
  /** `activity_log` of a plan: a flag in the documentation, a number of days in the SDK. */
  planActivityLog: 'flag' | 'days'
}

export const DOCUMENTED: Readonly<Switches> = {
  closeAnswer: 'null',
  completedUntil: 'exclusive',
  completedTask: 'not-found',
  dueDatetime: 'absent',
  requestId: 'ignored',
  completeRepeatingSubtasks: 'finished',
  webhookVersion: '10',
  startingString: 'moves-on',
  unknownSyncToken: 'full-sync',
  seenCommandIds: 'repeated',
  syncLabelOrder: 'item_order',
  planActivityLog: 'flag',
}
