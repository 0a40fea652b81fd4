/** What people type about schedules. */
import { defineIntent } from '../../core/intent/intent.ts'
import { readWhen } from '../../domain/schedules/words.ts'
import { isRepeat } from '../../domain/tasks/talk/slots.ts'
import { isUnread } from '../../domain/time/unread.ts'
import { createSchedule } from './create-schedule.ts'
import { listSchedules } from './list-schedules.ts'

/** Any moment will do for telling whether words say when something repeats. */
const ANY_MOMENT = { now: new Date(0), timeZone: 'UTC' }

const REPEATING = /^(?:every|each|daily|hourly|weekly|monthly)\b/i

/** Also words that lack the time of day: the operation then asks for it. */
const isRule = (text: string) =>
  REPEATING.test(text) && (isRepeat(text) || !isUnread(readWhen(text, ANY_MOMENT)))

export const scheduleIntents = [
  defineIntent({
    name: 'list-schedules',
    order: 656,
    says: ['[show|list] [me] [my|the|all] schedules', "(what's|what is) scheduled"],
    example: 'schedules',
    does: 'List what is called by the clock',
    operation: listSchedules,
    input: () => ({}),
  }),
  defineIntent({
    name: 'schedule-call',
    order: 657,
    // "Every monday send the report" is a task: what is sent to the speaker is not.
    says: [
      '<rule> [automatically] (run|show me|give me|send me|tell me) <call>',
      '(run|show me|give me|send me|tell me|schedule) <call> [for|on|at] <rule>',
    ],
    slots: { rule: isRule },
    calls: 'call',
    example: 'every morning at 8 run the brief',
    does: 'Have something of this list done by the clock, and be notified of the answer',
    operation: createSchedule,
    input: ({ words: { rule = '' }, called }) => ({ ...called, when: rule, notify: true }),
  }),
]
