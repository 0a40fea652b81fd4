/** Events of schedules, and what people are told of them. */
import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { defineMessage } from '../../core/area/message.ts'
import type { StoredEmission } from '../../core/call/ledger.ts'
import type { Context } from '../../core/operation/context.ts'
import { defineEvent, type Event } from '../../core/operation/event.ts'
import { exampleId } from '../../core/operation/ids.ts'
import { refOf } from '../../core/operation/kind.ts'
import { type Viewer, visibleTo } from '../access/visible-to.ts'
import { inPayload } from '../notifications/sight.ts'
import type { RowEvent } from '../outbox/hear.ts'
import { scheduleUri } from './schedule.ts'
import { scheduleKind } from './schedule-kind.ts'
import type { ScheduleRow } from './schedule-row.ts'
import { schedules } from './tables.ts'

const payload = z.object({ scheduleId: z.string(), ref: z.string(), operation: z.string() })
const example = { scheduleId: exampleId('schedule'), ref: 'S-4', operation: 'tasks.list' }
const shared = { version: 1, scope: 'runs:read' } as const

export const schedulePaused = defineEvent({
  ...shared,
  name: 'schedule.paused',
  summary: 'A schedule was paused, because its person may no longer make the call.',
  payload: payload.extend({ because: z.string() }),
  example: { ...example, because: 'The key was revoked.' },
})

export const scheduleAnswered = defineEvent({
  ...shared,
  name: 'schedule.answered',
  summary: 'A schedule with notify has made its call.',
  payload: payload.extend({ text: z.string().describe('The answer in words') }),
  example: { ...example, text: 'No tasks.' },
})

export const scheduleFailed = defineEvent({
  ...shared,
  name: 'schedule.failed',
  summary: 'The call of a schedule was refused. The schedule continues with its next moment.',
  payload: payload.extend({ because: z.string() }),
  example: { ...example, because: 'There is no project P-9.' },
})

interface Moment {
  readonly id: string
  readonly at: Date
}

/** The event of a schedule that a statement, in its part `moved`, has paused. */
export function pausedEvent(moment: Moment): RowEvent {
  return { ...eventOfMoved(moment), event: schedulePaused as unknown as Event }
}

/** The event of a call that failed, as the part `moved` records it. The person hears of it if they asked for that. */
export function failedEvent(moment: Moment): RowEvent {
  return {
    ...eventOfMoved(moment),
    event: scheduleFailed as unknown as Event,
    concerns: sql`case when moved.notify then ${ownerOfMoved} end`,
  }
}

function eventOfMoved({ id, at }: Moment): Omit<RowEvent, 'event'> {
  return {
    ...{ id, at },
    uri: sql`${scheduleUri('')}::text || moved.id`,
    payload: sql`jsonb_build_object('scheduleId', moved.id, 'ref', ${`${scheduleKind.letters}-`}::text || moved.number,
      'operation', moved.operation, 'because', moved.last_problem)`,
    concerns: ownerOfMoved,
  }
}

const ownerOfMoved: SQL = sql`array[moved.person_id]`

/** The event of an answer that the owner wants to hear of. */
export function answeredEvent(row: ScheduleRow, text: string, id: string): StoredEmission {
  const { id: scheduleId, number, operation, spaceId, personId } = row
  return {
    ...{ id, event: scheduleAnswered as unknown as Event, uri: scheduleUri(scheduleId), spaceId },
    payload: { scheduleId, ref: refOf(scheduleKind, number), operation, text },
    concerns: [personId],
  }
}

/** Tells the admins of a team that its schedule was paused because the person for whom it fires has left. */
export function tellLeft(ctx: Pick<Context, 'emit'>, row: ScheduleRow, because: string): void {
  const { id: scheduleId, number, operation, spaceId } = row
  ctx.emit(schedulePaused, {
    ...{ uri: scheduleUri(scheduleId), spaceId, concerns: [spaceId] },
    payload: { scheduleId, ref: refOf(scheduleKind, number), operation, because },
  })
}

function seesSchedule(viewer: Viewer): SQL {
  return sql`exists (select from ${schedules} where ${schedules.id} = ${inPayload('scheduleId')}
    and ${visibleTo(viewer, schedules)})`
}

export const scheduleMessages = [
  defineMessage({
    event: schedulePaused,
    title: 'A schedule is paused, because it may no longer make its call',
    isUrgent: false,
    text: ({ ref, operation, because }) => `The schedule ${ref} (${operation}) is paused: ${because}`,
    actions: ({ scheduleId }) => [
      { label: 'Resume', call: { operation: 'schedules.resume', input: { scheduleId } } },
    ],
    isSeen: seesSchedule,
    isOpen: sql`exists (select from ${schedules} where ${schedules.id} = ${inPayload('scheduleId')}
      and ${schedules.paused})`,
  }),
  defineMessage({
    event: scheduleAnswered,
    title: 'Your schedule with notify has made its call',
    isUrgent: false,
    text: ({ ref, operation, text }) => `${ref} (${operation}): ${text}`,
    isSeen: seesSchedule,
  }),
  defineMessage({
    event: scheduleFailed,
    title: 'The call of your schedule with notify fails',
    isUrgent: false,
    text: ({ ref, operation, because }) =>
      `The call of your schedule ${ref} (${operation}) failed: ${because}`,
    actions: ({ scheduleId }) => [
      { label: 'Show', call: { operation: 'schedules.get', input: { scheduleId } } },
    ],
    isSeen: seesSchedule,
  }),
]
