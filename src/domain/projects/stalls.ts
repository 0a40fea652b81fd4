/** Tells owners, once for each stall, that a project of theirs has stalled by the momentum rule. */
import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { defineMessage } from '../../core/area/message.ts'
import type { Context } from '../../core/operation/context.ts'
import { defineEvent } from '../../core/operation/event.ts'
import { exampleId } from '../../core/operation/ids.ts'
import { refOf } from '../../core/operation/kind.ts'
import { people } from '../access/tables.ts'
import { visibleTo } from '../access/visible-to.ts'
import { readRows } from '../db/read-rows.ts'
import { inPayload } from '../notifications/sight.ts'
import { dayIn } from '../time/calendar.ts'
import { isStalledSql } from './momentum.ts'
import { projectUri } from './project.ts'
import { projectKind } from './project-kind.ts'
import type { ProjectRow } from './store.ts'
import { projects } from './tables.ts'

/** Projects that one call looks after: the others wait for the next. */
const BATCH = 1_000

export const projectStalled = defineEvent({
  name: 'project.stalled',
  version: 1,
  summary: 'A project has stalled: too little has happened in it for too long. Once for each stall.',
  payload: z.object({
    ...{ projectId: z.string(), ref: z.string(), name: z.string() },
    owner: z.string().describe('A person or a team'),
    idleSince: z.string().describe('The day on which something last happened'),
  }),
  scope: 'projects:read',
  example: {
    ...{ projectId: exampleId('project'), ref: 'P-3', name: 'Kitchen', owner: 'ada' },
    idleSince: '2026-11-23',
  },
})

const isOfMessage = sql`${projects.id} = ${inPayload('projectId')}`

export const stalledMessage = defineMessage({
  event: projectStalled,
  title: 'A project of yours has stalled',
  isUrgent: false,
  text: ({ ref, name, idleSince }) => `${ref} has stalled, nothing has happened since ${idleSince}: ${name}`,
  actions: ({ ref }) => [
    { label: 'Show', call: { operation: 'projects.get', input: { projectId: ref } } },
    { label: 'Pause', call: { operation: 'projects.update', input: { projectId: ref, state: 'paused' } } },
  ],
  isSeen: (viewer) =>
    sql`exists (select from ${projects} where ${isOfMessage} and ${visibleTo(viewer, projects)})`,
  isOpen: sql`exists (select from ${projects} where ${isOfMessage} and ${projects.stalledAt} is not null)`,
})

/** Tells of the projects that have stalled and were not told of. Answers with how many there were. */
export async function tellStalled(ctx: Context): Promise<number> {
  const stalled = (await noteTurned(ctx)).filter(({ stalledAt }) => stalledAt !== null)
  for (const { id, number, name, ownerId, spaceId, momentumOn } of stalled) {
    const ref = refOf(projectKind, number)
    const payload = { projectId: id, ref, name, owner: ownerId, idleSince: momentumOn }
    ctx.emit(projectStalled, { uri: projectUri(id), spaceId, payload, concerns: [ownerId] })
  }
  return stalled.length
}

/** Notes for projects that they have stalled or no longer are. Two calls at the same time note different ones. */
async function noteTurned(ctx: Context): Promise<ProjectRow[]> {
  const isStalled = isStalledSql(sql`today.day`)
  return await readRows(
    ctx.db,
    projects,
    sql`with today as (${await days(ctx)}),
    turned as (select ${projects.id} from ${projects}
      left join ${people} on ${people.id} = ${projects.ownerId}
      join today on today.zone = coalesce(${people.timeZone}, ${ctx.defaultTimeZone})
      where ${isStalled} <> (${projects.stalledAt} is not null)
      order by ${projects.id} limit ${BATCH} for no key update of projects skip locked)
    update ${projects} set stalled_at = case when ${projects.stalledAt} is null then ${ctx.now.toISOString()}::timestamptz end
    from turned where ${projects.id} = turned.id returning ${projects}.*`,
  )
}

/** Today in the time zone of each person; teams have that of the gateway. PostgreSQL may not know all time zones. */
async function days({ db, now, defaultTimeZone }: Context): Promise<SQL> {
  const found = await db.selectDistinct({ zone: people.timeZone }).from(people)
  const zones = new Set([defaultTimeZone, ...found.flatMap(({ zone }) => zone ?? [])])
  const today = [...zones].map((zone) => ({ zone, day: dayIn(zone, now) }))
  return sql`select * from jsonb_to_recordset(${JSON.stringify(today)}::jsonb) as t (zone text, day date)`
}
