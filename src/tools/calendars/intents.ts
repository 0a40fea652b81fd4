/** What people type about their calendars. */
import { defineIntent } from '../../core/intent/intent.ts'
import { isDays, isLength, isWhen, minutesIn } from '../../domain/tasks/talk/slots.ts'
import { findFree } from './find-free.ts'
import { listCalendars } from './list-calendars.ts'
import { listEvents } from './list-events.ts'

const MEETING = /^(?:meeting|appointment|event|call)$/i
/** Among which the next meeting is looked for. */
const NEXT_DAYS = 'the next 7 days'

export const calendarIntents = [
  defineIntent({
    name: 'has-time',
    order: 626,
    says: [
      '(do i have|have i got|is there) [any] [time for] <length> [free] [on|for] <days>',
      '(find|get) [me] <length> [free] [on|for] <days>',
    ],
    slots: { length: isLength, days: isDays },
    example: 'do i have time for 45 minutes tomorrow',
    does: 'Say whether your calendars leave time for something',
    operation: findFree,
    input: ({ words: { length = '', days } }) => ({
      ...(days !== undefined && { from: days }),
      minutes: minutesIn(length),
    }),
  }),
  defineIntent({
    name: 'free-time',
    order: 627,
    says: [
      'when am i free [on] [<days>]',
      '(am i|are we) free [on|at] <days>',
      '[show] [me] [my] free (time|slots) [on|for] [<days>]',
      'do i have [any] [free] time [on] [<days>]',
      'when (do|will) i have time [on] [<days>]',
    ],
    // Of a time, the whole day is shown.
    slots: { days: (text) => isDays(text) || isWhen(text) },
    example: 'when am i free tomorrow',
    does: 'Show your free slots, between the events of your calendars',
    operation: findFree,
    input: ({ words: { days } }) => (days === undefined ? {} : { from: days }),
  }),
  defineIntent({
    name: 'events',
    order: 628,
    says: [
      "(what's|whats|what is) (on|in) my calendar [on|for] [<days>]",
      '[show|list] [me] [my|the] (meetings|events|appointments) [on|for|of] [<days>]',
      "(when is|when's|whens|what is|what's|whats) my next <meeting>",
    ],
    slots: { days: isDays, meeting: (text) => MEETING.test(text) },
    example: "what's on my calendar today",
    does: 'List the events of your calendars',
    operation: listEvents,
    input: ({ words: { days, meeting } }) => {
      const from = meeting === undefined ? days : NEXT_DAYS
      return from === undefined ? {} : { from }
    },
  }),
  defineIntent({
    name: 'calendars',
    order: 629,
    says: ['[show|list] [me] [my|the] calendars'],
    example: 'calendars',
    does: 'List your connected calendars, and what is wrong with them',
    operation: listCalendars,
    input: () => ({}),
  }),
]
