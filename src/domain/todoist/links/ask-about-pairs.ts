/**
 * Asks Todoist about pairs: why a task is no longer listed, and whether a repeating one was completed or put off. A task is
 * never taken for deleted because it is absent, nor because Todoist could not be asked.
 */
import { and, eq, sql } from 'drizzle-orm'
import { NEVER_ABORTED } from '../../../core/call/attempt.ts'
import { toAppError } from '../../../core/errors.ts'
import type { TodoistAnswer, TodoistClient } from '../../../core/outbound/todoist.ts'
import { isJsonObject, type JsonObject } from '../../../core/text/json.ts'
import { makeStorable } from '../../../core/text/storable.ts'
import type { SyncParts } from '../../accounts/sync-parts.ts'
import { connectedAccounts } from '../../accounts/tables.ts'
import type { Db } from '../../db/db.ts'
import { readItem, zoneOfUser } from '../sync/read-wire.ts'
import { upsertRows } from '../sync/upsert-rows.ts'
import { todoistItems as items, todoistAccounts as mirrors } from '../tables.ts'
import { TODOIST } from '../todoist.ts'
import { todoistLinks as links, todoistPairs as pairs } from './tables.ts'
import { type PairRow, stateOf } from './work.ts'

/** Questions that one sweep asks of an account. */
const QUESTIONS_MAX = 50
const NOT_FOUND = 404
const DAY_MS = 24 * 60 * 60_000
/** How far back a completion is looked for: Todoist takes up to three months. */
const COMPLETED_WITHIN_MS = 85 * DAY_MS

interface Asked {
  readonly pair: PairRow
  readonly accountId: string
  readonly outsideId: string
  readonly ownerId: string
}

/** Answers with the number of questions that Todoist answered. */
export async function askAboutPairs(parts: SyncParts): Promise<number> {
  const { db } = parts
  const asked: Asked[] = await db
    .select({
      pair: pairs,
      accountId: links.accountId,
      outsideId: links.outsideId,
      ownerId: connectedAccounts.ownerId,
    })
    .from(pairs)
    .innerJoin(links, eq(links.id, pairs.linkId))
    .innerJoin(mirrors, eq(mirrors.accountId, links.accountId))
    .innerJoin(connectedAccounts, eq(connectedAccounts.id, links.accountId))
    .where(
      and(
        sql`${pairs.asks} is not null and ${links.pausedBecause} is null and ${connectedAccounts.state} = 'connected'`,
        sql`coalesce(${mirrors.waitingUntil} <= ${parts.now().toISOString()}::timestamptz, true)`,
      ),
    )
    .limit(QUESTIONS_MAX)
  let answered = 0
  for (const each of asked) if (await ask(parts, each)) answered += 1
  return answered
}

async function ask(parts: SyncParts, asked: Asked): Promise<boolean> {
  const lent = parts.lend(asked.ownerId)
  try {
    const client = await lent.account(TODOIST, asked.accountId)
    const question = asked.pair.asks === 'item' ? askForItem : askForCompletions
    return await question(parts, client, asked)
  } catch (thrown) {
    const { code, message } = toAppError(await lent.failed(thrown))
    parts.log.warn({ code, message, accountId: asked.accountId }, 'Todoist could not be asked about a task')
    return false
  }
}

/** What Todoist says of the task becomes the mirror's; what it cannot say changes nothing. */
async function askForItem(parts: SyncParts, client: TodoistClient, asked: Asked): Promise<boolean> {
  const { itemId } = asked.pair
  const answer = await client.read(`/tasks/${encodeURIComponent(itemId)}`, {}, NEVER_ABORTED)
  if (answer.kind === 'ok') return await answered(parts, asked, answer.body)
  if (!isNotFound(answer)) return false
  const completed = await findCompleted(parts, client, asked)
  if (completed === 'unknown') return false
  if (completed !== undefined) return await answered(parts, asked, { ...completed, checked: true })
  // Todoist does not say that a task that it does not show is deleted: its project may be gone, or out of sight.
  const project = await client.read(`/projects/${encodeURIComponent(asked.outsideId)}`, {}, NEVER_ABORTED)
  if (project.kind !== 'ok' || project.body.is_archived === true || project.body.is_deleted === true)
    return false
  return await answered(parts, asked, undefined)
}

function isNotFound(answer: TodoistAnswer): boolean {
  return answer.kind === 'refused' && answer.fault.status === NOT_FOUND
}

async function findCompleted(
  { now }: SyncParts,
  client: TodoistClient,
  { pair, outsideId }: Asked,
): Promise<JsonObject | undefined | 'unknown'> {
  const until = new Date(now().getTime() + DAY_MS)
  const since = new Date(until.getTime() - COMPLETED_WITHIN_MS)
  let cursor: string | undefined
  do {
    const query = {
      ...{ since: since.toISOString(), until: until.toISOString(), limit: '200', project_id: outsideId },
      ...(cursor !== undefined && { cursor }),
    }
    const answer = await client.read('/tasks/completed/by_completion_date', query, NEVER_ABORTED)
    if (answer.kind !== 'ok') return 'unknown'
    const { items: found, next_cursor: next } = answer.body
    const item = Array.isArray(found)
      ? found.find((each) => isJsonObject(each) && each.id === pair.itemId)
      : undefined
    if (isJsonObject(item)) return item
    cursor = typeof next === 'string' ? next : undefined
  } while (cursor !== undefined)
  return undefined
}

/** `wire` undefined: the task was deleted. */
async function answered(
  parts: SyncParts,
  { pair, accountId }: Asked,
  wire: JsonObject | undefined,
): Promise<boolean> {
  await parts.transaction(async ({ db }) => {
    const [mirror] = await db.select().from(mirrors).where(eq(mirrors.accountId, accountId)).for('update')
    if (mirror === undefined) return
    const mirrored = { accountId, spaceId: mirror.spaceId, timeZone: zoneOfUser(mirror.userWire) }
    const row = wire === undefined ? undefined : readItem(makeStorable(wire).value, mirrored).row
    if (row === undefined)
      await db.delete(items).where(and(eq(items.accountId, accountId), eq(items.id, pair.itemId)))
    else await upsertRows(db, items, { rows: [row], key: ['accountId', 'id'] })
    await settleQuestion(db, pair, { isSeen: true })
  })
  return true
}

/** How often a repeating task was completed since both sides were in step, by the log of activities. */
async function askForCompletions(parts: SyncParts, client: TodoistClient, asked: Asked): Promise<boolean> {
  const { pair, accountId } = asked
  const [item] = await parts.db
    .select()
    .from(items)
    .where(and(eq(items.accountId, accountId), eq(items.id, pair.itemId)))
  const query = {
    ...{
      object_type: 'item',
      object_id: pair.itemId,
      object_event_types: '["item:completed"]',
      limit: '100',
    },
    date_from: pair.agreedAt.toISOString(),
  }
  const answer = await client.read('/activities', query, NEVER_ABORTED)
  const completions = item === undefined ? 0 : completionsIn(answer, item.id, pair.agreedAt)
  if (completions === undefined) return false
  const told = item === undefined ? null : { completions, of: stateOf(item) }
  await settleQuestion(parts.db, pair, { told })
  return true
}

/** Undefined where Todoist did not answer. Where a plan has no log, a date that moved on counts as put off. */
function completionsIn(answer: TodoistAnswer, itemId: string, since: Date): number | undefined {
  if (answer.kind === 'refused') return 0
  if (answer.kind !== 'ok') return undefined
  const { results } = answer.body
  if (!Array.isArray(results)) return 0
  const isLater = (at: unknown) => Date.parse(String(at)) > since.getTime()
  return results.filter(
    (each) =>
      isJsonObject(each) &&
      each.object_id === itemId &&
      each.event_type === 'completed' &&
      isLater(each.event_date),
  ).length
}

async function settleQuestion(
  db: Db,
  { linkId, taskId }: PairRow,
  known: Partial<Pick<PairRow, 'told' | 'isSeen'>>,
): Promise<void> {
  await db
    .update(pairs)
    .set({ ...known, asks: null, hereVersion: '' })
    .where(and(eq(pairs.linkId, linkId), eq(pairs.taskId, taskId)))
}
