/**
 * Deletes what erased people alone had, in batches. A process that stops in between leaves the rest to the next hour:
 * what must be deleted follows from the people's rows.
 */

import { type SQL, sql } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import { auditEntries, auditTouches, idempotencyKeys, people } from '../../access/tables.ts'
import { consentRequests } from '../../accounts/tables.ts'
import { agents } from '../../agents/tables.ts'
import { budgets, spending } from '../../budgets/tables.ts'
import { conversationMessages, conversations } from '../../conversations/tables.ts'
import type { Db } from '../../db/db.ts'
import { deleteInBatches } from '../../db/delete-in-batches.ts'
import { inboxEvents } from '../../inbox/tables.ts'
import { limits } from '../../limits/tables.ts'
import { notificationSettings, notifications, reminders } from '../../notifications/tables.ts'
import { outbox, WEBHOOK } from '../../outbox/tables.ts'
import { projects, projectTemplates } from '../../projects/tables.ts'
import { ritualPreferences, ritualTellings, weeklyOutcomes, weeklyReviews } from '../../rituals/tables.ts'
import { artifacts } from '../../runs/artifacts/tables.ts'
import { approvals, runEvents, runFeedback, runKeys, runSteps, runs } from '../../runs/tables.ts'
import { schedules } from '../../schedules/tables.ts'
import { slackCards } from '../../slack/cards/tables.ts'
import { slackPosts } from '../../slack/posts/tables.ts'
import { slackActions, slackNotes } from '../../slack/shown/tables.ts'
import { tasks } from '../../tasks/tables.ts'
import { invitations } from '../tables.ts'

/** Audit entries whose inputs are blanked by one statement. */
const BATCH_ENTRIES = 1_000

const ERASED = sql`(select id from ${people} where erased_at is not null)`
const RUNS = sql`(select id from ${runs} where space_id in ${ERASED})`

/** Who they were, the invitations that brought them, and what they had: somebody else may have been told of each. */
const IDS = sql`(select id from ${people} where erased_at is not null
  union all select id from ${invitations} where accepted_by in ${ERASED}
  ${sql.join(
    [tasks, projects, runs, approvals, artifacts, schedules].map(
      (table) => sql`union all select id from ${table} where space_id in ${ERASED}`,
    ),
    sql` `,
  )})`
const IS_ABOUT_THEM = sql`split_part(thing, '://', 2) in ${IDS}`
/** Kept for the person's runs, and for those who managed the person and repeat a call. */
const ANSWERS = sql`actor_id in ${RUNS}
  or operation like 'people.%' and (output -> 'person' ->> 'id' in ${ERASED}
    or output -> 'invitation' ->> 'id' in (select id from ${invitations} where accepted_by in ${ERASED}))`

/** Of messages in Slack: those that told them something, and those with buttons for them. */
const POSTS = sql`(select post_id from ${slackNotes} where person_id in ${ERASED}
  union all select post_id from ${slackActions} where person_id in ${ERASED})`

/** Messages of theirs, by whose ids the replies to them begin. */
const SAID = sql`(select conversation_id, id from ${conversationMessages} where person_id in ${ERASED})`

/** In this order: what belongs to a run goes before it. */
const REMAINS: readonly (readonly [PgTable, SQL])[] = [
  [
    outbox,
    sql`${IS_ABOUT_THEM} or (channel <> ${WEBHOOK} and payload ->> 'personId' in ${ERASED})
    or event_id in ${POSTS}`,
  ],
  [slackPosts, sql`id in ${POSTS}`],
  ...[slackNotes, slackActions, slackCards].map((table) => [table, sql`person_id in ${ERASED}`] as const),
  [notifications, sql`person_id in ${ERASED} or ${IS_ABOUT_THEM}`],
  [idempotencyKeys, ANSWERS],
  ...[runEvents, runSteps, runKeys, runFeedback].map((table) => [table, sql`run_id in ${RUNS}`] as const),
  ...[approvals, artifacts, runs, tasks, projects, projectTemplates, agents, schedules, inboxEvents].map(
    (table) => [table, sql`space_id in ${ERASED}`] as const,
  ),
  ...[budgets, spending].map((table) => [table, sql`person_id in ${ERASED}`] as const),
  [limits, sql`owner_id in ${ERASED}`],
  [conversationMessages, sql`(conversation_id, split_part(id, '/', 1)) in ${SAID} and is_ours`],
  [conversationMessages, sql`person_id in ${ERASED}`],
  [conversations, sql`space_id in ${ERASED}`],
  [consentRequests, sql`owner_id in ${ERASED} or person_id in ${ERASED}`],
  ...[
    ...[notificationSettings, reminders],
    ...[ritualPreferences, ritualTellings, weeklyOutcomes, weeklyReviews],
  ].map((table) => [table, sql`person_id in ${ERASED}`] as const),
]

/** Answers with the number of rows that were deleted or blanked. */
export async function deleteRemains(db: Db): Promise<number> {
  const [erased] = await db.execute(sql`select 1 from ${people} where erased_at is not null limit 1`)
  if (erased === undefined) return 0
  let count = 0
  for (const [table, which] of REMAINS) count += await deleteInBatches(db, table, which)
  count += await blankInputs(db, sql`person_id in ${ERASED}`)
  count += await blankInputs(
    db,
    sql`id in (select entry_id from ${auditTouches} where person_id in ${ERASED})`,
  )
  return count + (await deleteInBatches(db, auditTouches, sql`person_id in ${ERASED}`))
}

/**
 * Of the calls of erased people, and of the calls of others that changed what was theirs or who they were. The entries
 * stay, so that others see in their audits what was done.
 */
async function blankInputs(db: Db, which: SQL): Promise<number> {
  for (let blanked = 0; ; ) {
    const { count } = await db.execute(sql`update ${auditEntries} set input = '{}'
      where id = any(array(select id from ${auditEntries}
        where ${which} and input <> '{}' limit ${BATCH_ENTRIES}))`)
    blanked += count
    if (count < BATCH_ENTRIES) return blanked
  }
}
