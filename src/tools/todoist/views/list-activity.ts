/** todoist.activity.list: what was done in an account, by whom and when, from Todoist's log. */
import { z } from 'zod'
import { AppError } from '../../../core/errors.ts'
import { defineOperation } from '../../../core/operation/operation.ts'
import { decodeCursor, encodeCursor, pageInput, pageOf, sortText } from '../../../core/schema/page.ts'
import { isJsonObject, type JsonObject } from '../../../core/text/json.ts'
import { dayFrom } from '../../../domain/tasks/read-when.ts'
import { addDays } from '../../../domain/time/calendar.ts'
import { accountField } from '../../../domain/todoist/accounts/choose-account.ts'
import { findAssignee, findProject } from '../../../domain/todoist/names.ts'
import { taskIds } from '../../../domain/todoist/refs/task-ids.ts'
import { askAs } from '../../../domain/todoist/rest/ask.ts'
import { startOfDay } from '../../../domain/todoist/rest/days.ts'
import { zoneOfUser } from '../../../domain/todoist/sync/read-wire.ts'
import { Name } from '../../../domain/todoist/tasks/plan-task.ts'
import { TaskRef } from '../../../domain/todoist/tasks/task.ts'
import { knownAccount } from '../../../domain/todoist/things/known-accounts.ts'

const TEXT_MAX_CHARS = 200
const SORT = 'activity'

const Text = z.string().trim().min(1).max(TEXT_MAX_CHARS)

const OBJECTS = ['task', 'project', 'section', 'comment'] as const
const EVENTS = ['added', 'updated', 'deleted', 'completed', 'uncompleted', 'archived', 'unarchived'] as const
/** Our names of the kinds, and Todoist's. */
const WIRE_OBJECTS = { task: 'item', project: 'project', section: 'section', comment: 'note' } as const

const Activity = z.object({
  at: z.string(),
  object: z.string().describe('task, project, section or comment'),
  objectId: z.string(),
  event: z.string(),
  text: z.string().nullable(),
  projectId: z.string().nullable(),
  by: z.string().nullable().describe('The name of the person; null: the user of the account'),
})

export const listActivity = defineOperation({
  name: 'todoist.activity.list',
  summary: 'List what happened in a Todoist account or project, and who did it.',
  keywords: 'log, history, changes, audit',
  route: 'GET /v1/todoist/activity',
  input: z.object({
    object: z.enum(OBJECTS).optional(),
    event: z.enum(EVENTS).optional(),
    project: Name.optional().describe('Name or id'),
    taskId: TaskRef.optional(),
    person: Name.optional().describe('me, or the name, mail address or id of somebody'),
    from: Text.optional().describe('Date or words'),
    to: Text.optional().describe('The last day'),
    accountId: accountField,
    ...pageInput,
  }),
  output: pageOf(Activity),
  scope: 'todoist:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: { event: 'completed' },
  async reach(query, ctx) {
    const known = await knownAccount(ctx, query.accountId)
    const { names, ownId, account } = known
    const timeZone = zoneOfUser(account.mirror.userWire)
    const day = (said: string, field: string) => dayFrom(said, { now: ctx.now, timeZone }, field)
    const { object, event, project, taskId, person, from, to, limit, cursor } = query
    const asked = {
      limit: String(limit),
      ...((object ?? event) && {
        object_event_types: JSON.stringify([
          `${object === undefined ? '' : WIRE_OBJECTS[object]}:${event ?? ''}`,
        ]),
      }),
      ...(project !== undefined && { parent_project_id: findProject(names, project).id }),
      ...(taskId !== undefined && { object_id: await objectIdOf(ctx, taskId, account.id) }),
      ...(person !== undefined && { initiator_id: findAssignee(names, person, ownId) }),
      ...(from !== undefined && { date_from: startOfDay(day(from, 'from'), timeZone) }),
      ...(to !== undefined && { date_to: startOfDay(addDays(day(to, 'to'), 1), timeZone) }),
      ...(cursor !== undefined && { cursor: decodeCursor(cursor, SORT, z.tuple([sortText]))[0] }),
    }
    const body = await askAs(ctx, account, (client, signal) => client.read('/activities', asked, signal))
    return { body, people: new Map(names.of('collaborators').map(({ id, name }) => [id, name])) }
  },
  async run(_input, _ctx, { body, people }) {
    const rows = Array.isArray(body.results) ? (body.results as JsonObject[]) : []
    const next = body.next_cursor
    return {
      items: rows.map((row) => toActivity(row, people)),
      nextCursor: typeof next === 'string' ? encodeCursor({ sort: SORT, after: [next] }) : null,
    }
  },
  line: ({ at, object, event, text, by }) =>
    `${at.slice(0, 16).replace('T', ' ')} ${object} ${event}: ${text ?? ''}${by === null ? '' : ` (${by})`}`,
  none: 'Nothing happened then.',
})

function toActivity(row: JsonObject, people: ReadonlyMap<string, string>): z.output<typeof Activity> {
  const extra = isJsonObject(row.extra_data) ? row.extra_data : {}
  const text = extra.content ?? extra.name
  const kind = String(row.object_type ?? '')
  const by = row.initiator_id == null ? null : String(row.initiator_id)
  return {
    ...{ at: String(row.event_date ?? ''), objectId: String(row.object_id ?? '') },
    object: OBJECTS.find((each) => WIRE_OBJECTS[each] === kind) ?? kind,
    event: String(row.event_type ?? ''),
    text: typeof text === 'string' ? text : null,
    projectId: row.parent_project_id == null ? null : String(row.parent_project_id),
    by: by === null ? null : (people.get(by) ?? by),
  }
}

/** A task that is gone is still in the log, by its id. @throws AppError `invalid_input` where several tasks fit */
async function objectIdOf(
  ctx: Parameters<typeof taskIds>[0],
  ref: string,
  accountId: string,
): Promise<string> {
  const id = (await taskIds(ctx, { refs: [ref], accountId })).get(ref) ?? ref
  if (id instanceof AppError) throw id
  return id
}
