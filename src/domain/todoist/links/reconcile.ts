/**
 * Brings both sides of a link in step, in one transaction: what changed at Todoist is changed here, and what changed here
 * becomes commands. Both sides are compared with what they had when they were last in step, so that nothing is lost in a
 * crash, and a change that was carried over is not carried back.
 */
import { isDeepStrictEqual } from 'node:util'
import { and, eq, inArray, not, or, sql } from 'drizzle-orm'
import type { Context } from '../../../core/operation/context.ts'
import type { Db } from '../../db/db.ts'
import { isAmong } from '../../db/is-among.ts'
import { holdEditableProject } from '../../projects/store.ts'
import { SERIES, seriesOf } from '../../tasks/completion/series.ts'
import type { FullTaskRow } from '../../tasks/store.ts'
import { tasks } from '../../tasks/tables.ts'
import {
  todoistCommands as commands,
  todoistAccounts as mirrors,
  todoistThings as things,
} from '../tables.ts'
import type { ItemRow } from '../tasks/task.ts'
import { mergeCompletion, sendClosing } from './completion.ts'
import { matchSame, pullNew, pushNew } from './create.ts'
import { isDirty, VERSIONS } from './dirty.ts'
import { mergeFields } from './edit.ts'
import type { LinkRow } from './link.ts'
import { bothOf } from './presence.ts'
import { todoistLinks as links, todoistPairs as pairs } from './tables.ts'
import { openWork, type Pair, type Work } from './work.ts'

/** The link's row is locked. @throws AppError `forbidden` for a caller who may not change the project */
export async function reconcileLink(ctx: Context, locked: LinkRow): Promise<void> {
  const { db } = ctx
  // The mirror does not change meanwhile.
  await db
    .select({ accountId: mirrors.accountId })
    .from(mirrors)
    .where(eq(mirrors.accountId, locked.accountId))
    .for('update')
  await useMadeIds(db, locked)
  const [link = locked] = await db.select().from(links).where(eq(links.id, locked.id))
  const pausedBecause = await whyPaused(ctx, link)
  await db.update(links).set({ pausedBecause, appliedAt: ctx.now }).where(eq(links.id, link.id))
  if (pausedBecause !== null || link.mode === 'off') return
  const work = await openWork(ctx, link)
  for (const pair of [...work.pairs]) await reconcilePair(work, pair)
  const { here, there } = await withoutPaired(work, unpaired(work))
  const left = link.appliedAt === null ? matchSame(work, here, there) : { here, there }
  if (link.appliedAt === null) for (const pair of [...work.pairs]) await reconcilePair(work, pair)
  if (work.canPull && left.there.length > 0) await pullNew(work, left.there)
  if (work.canPush) for (const task of parentsFirst(left.here)) await pushNew(work, task)
  await storePairs(work)
}

async function reconcilePair(work: Work, pair: Pair): Promise<void> {
  const both = await bothOf(work, pair)
  const compared = both && (await mergeCompletion(work, pair, both))
  if (compared === undefined) return
  await mergeFields(work, pair, compared)
  if (pair.isClosing === true) await sendClosing(work, pair, compared)
}

/** Pairs and links of the account that stood for commands get the ids that Todoist gave. */
export async function useMadeIds(db: Db, link: LinkRow): Promise<void> {
  await db.execute(sql`update ${pairs} set item_id = made.made_id from ${commands} made
    where made.id = ${pairs.itemId} and made.account_id = ${link.accountId} and made.made_id is not null`)
  await db.execute(sql`update ${links} set outside_id = made.made_id from ${commands} made
    where made.id = ${links.outsideId} and made.account_id = ${link.accountId} and made.made_id is not null`)
}

/** Null: changes go on. Nothing is changed while the project is not as it was: that would be taken for deletions. */
async function whyPaused(ctx: Context, { accountId, outsideId, projectId }: LinkRow): Promise<string | null> {
  const project = await holdEditableProject(ctx, projectId)
  if (project.state === 'archived') return 'The project is archived here.'
  const [creation] = await ctx.db.select().from(commands).where(eq(commands.id, outsideId))
  if (creation !== undefined)
    return creation.state === 'refused' ? 'Todoist refused to make the project.' : null
  const [thing] = await ctx.db
    .select()
    .from(things)
    .where(and(eq(things.accountId, accountId), eq(things.kind, 'projects'), eq(things.id, outsideId)))
  if (thing === undefined) return 'The project was deleted at Todoist, or the account may no longer see it.'
  if (thing.isArchived) return 'The project is archived at Todoist.'
  if (thing.absentSince !== null) return 'Todoist no longer lists the project among those that are active.'
  return thing.wire.is_frozen === true
    ? "The project is frozen at Todoist, by the limits of the user's plan."
    : null
}

/** What only one side has. */
function unpaired(work: Work): Unpaired {
  const { link, pairs: known } = work
  const taskIds = new Set(known.map(({ taskId }) => taskId))
  const series = new Set(
    known.flatMap(({ taskId }) => {
      const row = work.task(taskId)
      return row === undefined ? [] : [seriesOf(row)]
    }),
  )
  const itemIds = new Set(known.map(({ itemId }) => itemId))
  const isOwn = adoptMade(work, itemIds)
  return {
    here: work
      .tasks()
      .filter(
        (task) =>
          task.projectId === link.projectId &&
          task.trashedAt === null &&
          (task.status === 'open' || task.status === 'in_progress') &&
          !taskIds.has(task.id) &&
          !series.has(seriesOf(task)),
      ),
    there: work
      .items()
      .filter(
        (item) =>
          item.projectId === link.outsideId &&
          !item.checked &&
          item.absentSince === null &&
          !itemIds.has(item.id) &&
          !isOwn(item),
      ),
  }
}

interface Unpaired {
  readonly here: FullTaskRow[]
  readonly there: ItemRow[]
}

/**
 * A task that moved between linked projects is still in the pair of the other link, which hands it over. So is the next one of
 * a repeating task: its pair may still be that of the one that was completed.
 */
async function withoutPaired({ ctx, siblings }: Work, { here, there }: Unpaired): Promise<Unpaired> {
  if (here.length + there.length === 0) return { here, there }
  const series = here.map(seriesOf)
  const later = ctx.db.select({ id: tasks.id }).from(tasks).where(isAmong(tasks.seriesId, series))
  const found = await ctx.db
    .select({ linkId: pairs.linkId, itemId: pairs.itemId, series: SERIES })
    .from(pairs)
    .leftJoin(tasks, eq(tasks.id, pairs.taskId))
    .where(
      or(
        isAmong(
          pairs.itemId,
          there.map(({ id }) => id),
        ),
        isAmong(pairs.taskId, series),
        inArray(pairs.taskId, later),
      ),
    )
  const linkIds = new Set(siblings.map(({ id }) => id))
  const known = new Set(found.map((pair) => pair.series))
  const itemIds = new Set(found.flatMap(({ linkId, itemId }) => (linkIds.has(linkId) ? [itemId] : [])))
  return {
    here: here.filter((task) => !known.has(seriesOf(task))),
    there: there.filter(({ id }) => !itemIds.has(id)),
  }
}

/**
 * Todoist may leave out the id of what a repeated command made. A new task there with the text of one that we made, or that
 * is still on its way, is then that one.
 */
function adoptMade(work: Work, itemIds: Set<string>): (item: ItemRow) => boolean {
  const made = work.pairs.filter(({ itemId }) => work.commands.has(itemId))
  for (const pair of made) {
    const creation = work.commands.get(pair.itemId)
    if (creation?.state !== 'done') continue
    const item = work
      .items()
      .find(
        ({ id, content, projectId }) =>
          content === creation.args.content && !itemIds.has(id) && projectId === work.link.outsideId,
      )
    if (item === undefined) continue
    itemIds.add(item.id)
    pair.itemId = item.id
    pair.isPostponed = true
  }
  const texts = new Set(
    made.flatMap(({ itemId }) => {
      const creation = work.commands.get(itemId)
      return creation?.state === 'sent' && creation.attempts > 0 ? [String(creation.args.content)] : []
    }),
  )
  return ({ content }) => texts.has(content)
}

/** Parents before their subtasks, so that Todoist knows the parent. */
function parentsFirst(added: readonly FullTaskRow[]): FullTaskRow[] {
  const byId = new Map(added.map((task) => [task.id, task]))
  const ordered = new Set<FullTaskRow>()
  const add = (task: FullTaskRow): void => {
    const parent = byId.get(task.parentId ?? '')
    if (parent !== undefined && !ordered.has(parent)) add(parent)
    ordered.add(task)
  }
  for (const task of added) add(task)
  return [...ordered]
}

/** Stores the pairs that changed, and the versions of both rows that were compared. */
async function storePairs(work: Work): Promise<void> {
  const { ctx, link, pairs: all } = work
  for (const pair of all) await storePair(work, pair)
  const postponed = all.filter(({ isPostponed }) => isPostponed).map(({ taskId }) => taskId)
  await ctx.db
    .update(pairs)
    .set({ hereVersion: VERSIONS.here, thereVersion: VERSIONS.there(link.accountId) })
    .where(
      and(
        eq(pairs.linkId, link.id),
        isDirty(link.accountId),
        or(eq(pairs.hereVersion, ''), not(isAmong(pairs.taskId, postponed))),
      ),
    )
}

async function storePair({ ctx: { db }, link }: Work, pair: Pair): Promise<void> {
  const { stored, isPostponed: _postponed, isClosing: _closing, isEnded, ...row } = pair
  const isOne = stored && and(eq(pairs.linkId, link.id), eq(pairs.taskId, stored.taskId))
  if (isEnded === true) {
    if (isOne !== undefined) await db.delete(pairs).where(isOne)
  } else if (isOne === undefined) await db.insert(pairs).values(row)
  else if (!isDeepStrictEqual(row, stored)) {
    const isMoved = row.linkId !== link.id
    await db
      .update(pairs)
      .set({ ...row, ...(isMoved && { hereVersion: '' }) })
      .where(isOne)
  }
}
