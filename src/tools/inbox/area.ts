/** The inbox: what other services reported, and the outcome of each event. */

import { defineArea } from '../../core/area/area.ts'
import { defineExpiry } from '../../core/area/expiry.ts'
import { defineSweep } from '../../core/area/sweep.ts'
import { prepareEvent } from '../../domain/hooks/prepare-event.ts'
import { INBOX_URIS } from '../../domain/inbox/event.ts'
import { waitingEventsLimit } from '../../domain/inbox/receive.ts'
import { deleteOldEvents } from '../../domain/inbox/retention.ts'
import { inboxKind } from '../../domain/inbox/store.ts'
import { workInbox } from '../../domain/inbox/work.ts'
import { discardEvent } from './discard-event.ts'
import { getEvent } from './get-event.ts'
import { listEvents } from './list-events.ts'
import { retryEvent } from './retry-event.ts'

export const inbox = defineArea({
  name: 'inbox',
  ids: [inboxKind],
  scopes: {
    'inbox:read': {},
    'inbox:write': {
      agents: 'an event that failed is for people to decide on',
      keyless: true,
    },
  },
  limits: [waitingEventsLimit],
  operations: [listEvents, getEvent, retryEvent, discardEvent],
  sweeps: [
    defineSweep({
      name: 'inbox',
      wokenBy: INBOX_URIS,
      run: (runtime) => workInbox(runtime, prepareEvent),
    }),
  ],
  expires: [defineExpiry({ name: 'inboxEvents', deletePast: ({ db }, now) => deleteOldEvents(db, now) })],
})
