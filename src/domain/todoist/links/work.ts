/** What is known of a link while its sides are brought in step: its pairs, both rows of each, and what is on its way. */
import { createHash } from 'node:crypto'
import { and, desc, eq, inArray, or, sql } from 'drizzle-orm'
import type { Context } from '../../../core/operation/context.ts'
import { auditEntries, auditTouches } from '../../access/tables.ts'
import { connectedAccounts } from '../../accounts/tables.ts'
import { isAmong } from '../../db/is-among.ts'
import { seriesOf } from '../../tasks/completion/series.ts'
import { type FullTaskRow, findTasks, lockTasks } from '../../tasks/store.ts'
import { tasks } from '../../tasks/tables.ts'
import { addCommands, type NewCommand } from '../commands/add-commands.ts'
import { zoneOfUser } from '../sync/read-wire.ts'
import type { CommandRow } from '../sync/settle-commands.ts'
import {
  todoistCommands as commands,
  todoistItems as items,
  todoistAccounts as mirrors,
  todoistThings as things,
} from '../tables.ts'
import type { ItemRow } from '../tasks/task.ts'
import { TODOIST } from '../todoist.ts'
import { addConflict } from './conflicts.ts'
import type { Between } from './fields.ts'
import type { LinkRow } from './link.ts'
import { todoistLinks as links, todoistPairs as pairs } from './tables.ts'

export type PairRow = typeof pairs.$inferSelect
type Mutable<T> = { -readonly [Name in keyof T]: T[Name] }

/** A pair that is worked on. Its row is stored once, at the end. */
export interface Pair extends Mutable<PairRow> {
  /** Its row in the table; undefined: it has none yet. */
  readonly stored: PairRow | undefined
  /** Its rows may have changed, but something is on its way: it is looked at again when that has arrived. */
  isPostponed?: boolean
  /** It was completed here, and is not there yet. */
  isClosing?: boolean
  /** It is left out from now on. */
  isEnded?: boolean
}

export interface Work extends Between {
  readonly ctx: Context
  readonly link: LinkRow
  readonly canPull: boolean
  readonly canPush: boolean
  readonly inboxId: string | undefined
  /** Whether tasks of the project can be given to people at Todoist. */
  readonly isShared: boolean
  readonly pairs: Pair[]
  /** Links of the same account. */
  readonly siblings: readonly LinkRow[]
  /** Commands that pairs stand for or wait for, by their ids. */
  readonly commands: ReadonlyMap<string, CommandRow>
  /** Ids of items about which commands are on their way. */
  readonly busy: ReadonlySet<string>
  task(id: string): FullTaskRow | undefined
  tasks(): FullTaskRow[]
  /** The tasks of a repeating one that followed, oldest first. */
  seriesAfter(task: FullTaskRow): FullTaskRow[]
  item(id: string): ItemRow | undefined
  items(): ItemRow[]
  /** Whether a task exists that the person behind the link does not see. */
  isHidden(taskId: string): boolean
  /** Reads a task again after it was changed. */
  refresh(taskId: string): Promise<FullTaskRow>
  /** Stores a command for Todoist on behalf of the person who last changed the task. Answers with its id. */
  send(
    command: Pick<NewCommand, 'type' | 'args' | 'title'> & Partial<NewCommand>,
    task?: FullTaskRow,
  ): Promise<string>
  conflict(pair: Pair, added: ConflictParts): Promise<void>
}

interface ConflictParts {
  readonly field: string
  readonly here: unknown
  readonly there: unknown
  readonly took: 'here' | 'there' | 'neither'
  readonly because: string
}

/** Locks what the account and the link need, and reads everything. */
export async function openWork(ctx: Context, link: LinkRow): Promise<Work> {
  const { db } = ctx
  const { accountId, mode } = link
  const stored = await db.select().from(pairs).where(eq(pairs.linkId, link.id)).orderBy(pairs.taskId)
  const work = stored.map((row): Pair => ({ ...row, stored: row }))
  const taskRows = await lockTasks(ctx, [
    ...work.map(({ taskId }) => taskId),
    ...(await inProject(ctx, link)),
  ])
  for (const row of await successorsOf(ctx, work, taskRows)) taskRows.set(row.id, row)
  const itemRows = await readItems(ctx, link, work)
  const hidden = await findHidden(ctx, work, taskRows)
  const known = await readCommands(ctx, link, work)
  const siblings = await db.select().from(links).where(eq(links.accountId, accountId))
  const people = await readPeople(ctx, link)
  const all = await db
    .select()
    .from(things)
    .where(and(eq(things.accountId, accountId), eq(things.kind, 'projects')))
  const [mirror] = await db.select().from(mirrors).where(eq(mirrors.accountId, accountId))
  return {
    ...{ ctx, link, pairs: work, siblings, ...known },
    ...{ canPull: mode === 'pull' || mode === 'both', canPush: mode === 'push' || mode === 'both' },
    now: ctx.now,
    timeZone: zoneOfUser(mirror?.userWire ?? null),
    inboxId: all.find(({ wire }) => wire.inbox_project === true)?.id,
    isShared: all.some(({ id, wire }) => id === link.outsideId && wire.is_shared === true),
    task: (id) => taskRows.get(id),
    tasks: () => [...taskRows.values()],
    seriesAfter: (first) =>
      [...taskRows.values()]
        .filter(({ id, seriesId }) => seriesId === seriesOf(first) && id > first.id)
        .sort((one, other) => (one.id < other.id ? -1 : 1)),
    item: (id) => itemRows.get(id),
    items: () => [...itemRows.values()],
    isHidden: (id) => hidden.has(id),
    taskOf: (itemId) => work.find((each) => each.itemId === itemId && !each.isEnded)?.taskId,
    itemOf: (taskId) => work.find((each) => each.taskId === taskId && !each.isEnded && !each.isGone)?.itemId,
    personOf: (userId) => people.find((each) => each.outsideId === userId)?.personId,
    userOf: (personId) => people.find((each) => each.personId === personId)?.outsideId,
    async refresh(taskId) {
      const [row] = await findTasks(ctx, [taskId])
      if (row === undefined) throw new Error(`${taskId} is out of sight`)
      taskRows.set(taskId, row)
      return row
    },
    async send(command, task) {
      const personId = task === undefined ? link.personId : await authorOf(ctx, link, task)
      const whole = { ...command, accountId, spaceId: mirror?.spaceId ?? link.personId, personId }
      const [id] = await addCommands(ctx, [whole])
      if (id === undefined) throw new Error('the command was not stored')
      return id
    },
    conflict: async ({ taskId, itemId }, { because, ...parts }) =>
      await addConflict(ctx, {
        ...{ linkId: link.id, taskId, itemId, ...parts, because },
        title: taskRows.get(taskId)?.title ?? itemRows.get(itemId)?.content ?? taskId,
      }),
  }
}

async function inProject({ db }: Context, { projectId }: LinkRow): Promise<string[]> {
  const rows = await db
    .select({ id: tasks.id })
    .from(tasks)
    .where(
      and(
        eq(tasks.projectId, projectId),
        inArray(tasks.status, ['open', 'in_progress']),
        sql`${tasks.trashedAt} is null`,
      ),
    )
  return rows.map(({ id }) => id)
}

/** The tasks that follow those that were completed, of repeating ones. */
async function successorsOf(
  ctx: Context,
  work: readonly Pair[],
  rows: ReadonlyMap<string, FullTaskRow>,
): Promise<FullTaskRow[]> {
  const series = work.flatMap(({ taskId }) => {
    const row = rows.get(taskId)
    return row?.status === 'done' ? [seriesOf(row)] : []
  })
  if (series.length === 0) return []
  const found = await ctx.db.select({ id: tasks.id }).from(tasks).where(inArray(tasks.seriesId, series))
  return [
    ...(
      await lockTasks(
        ctx,
        found.map(({ id }) => id),
      )
    ).values(),
  ]
}

async function readItems(
  { db }: Context,
  { accountId, outsideId }: LinkRow,
  work: readonly Pair[],
): Promise<Map<string, ItemRow>> {
  const ids = work.map(({ itemId }) => itemId)
  const isOpenThere = sql`${items.projectId} = ${outsideId} and not ${items.checked} and ${items.absentSince} is null`
  const rows = await db
    .select()
    .from(items)
    .where(and(eq(items.accountId, accountId), or(isOpenThere, isAmong(items.id, ids))))
    .orderBy(items.position, items.id)
  return new Map(rows.map((row) => [row.id, row]))
}

async function findHidden(
  { db }: Context,
  work: readonly Pair[],
  rows: ReadonlyMap<string, FullTaskRow>,
): Promise<ReadonlySet<string>> {
  const missing = work.flatMap(({ taskId }) => (rows.has(taskId) ? [] : [taskId]))
  if (missing.length === 0) return new Set()
  const found = await db.select({ id: tasks.id }).from(tasks).where(inArray(tasks.id, missing))
  return new Set(found.map(({ id }) => id))
}

/** Commands that make items or delete them, and the items about which others are on their way. */
async function readCommands({ db }: Context, { accountId }: LinkRow, work: readonly Pair[]) {
  const ids = work.flatMap(({ itemId, deletionId }) => [itemId, ...(deletionId === null ? [] : [deletionId])])
  const rows = await db
    .select()
    .from(commands)
    .where(
      and(
        eq(commands.accountId, accountId),
        or(inArray(commands.state, ['waiting', 'sent']), isAmong(commands.id, ids)),
      ),
    )
  const open = rows.filter(({ state, type }) => {
    const isOpen = state === 'waiting' || state === 'sent'
    return isOpen && !(type === 'item_delete' && state === 'waiting')
  })
  return {
    commands: new Map(rows.map((row) => [row.id, row])),
    busy: new Set(open.flatMap(({ subjectId }) => subjectId ?? [])),
  }
}

/** Users of Todoist who are known here: by the accounts that they connected. */
async function readPeople({ db }: Context, { accountId }: LinkRow) {
  const rows = await db
    .select({
      id: connectedAccounts.id,
      personId: connectedAccounts.personId,
      outsideId: connectedAccounts.outsideId,
    })
    .from(connectedAccounts)
    .where(eq(connectedAccounts.connector, TODOIST))
  // The link's own account first.
  return rows.sort((one, other) => Number(other.id === accountId) - Number(one.id === accountId))
}

/** The person whose call last changed the task, as the audit of its owner tells; else the one who made the link. */
async function authorOf(
  { db }: Context,
  { personId }: LinkRow,
  { id, ownerId, updatedAt }: FullTaskRow,
): Promise<string> {
  const [entry] = await db
    .select({ personId: auditEntries.personId })
    .from(auditTouches)
    .innerJoin(auditEntries, eq(auditEntries.id, auditTouches.entryId))
    .where(
      and(
        eq(auditTouches.personId, ownerId),
        eq(auditTouches.at, updatedAt),
        sql`${`task://${id}`} = any(${auditTouches.uris})`,
      ),
    )
    .orderBy(desc(auditTouches.entryId))
    .limit(1)
  return entry?.personId ?? personId
}

/** The tasks of a repeating one that followed after it was completed and are in no pair, oldest first. */
export function laterOnes({ pairs: known, seriesAfter }: Work, first: FullTaskRow): FullTaskRow[] {
  if (first.status !== 'done') return []
  const paired = new Set(known.map(({ taskId }) => taskId))
  return seriesAfter(first).filter(({ id }) => !paired.has(id))
}

/** What a task of the mirror looks like, short enough to be kept. */
export function stateOf({ wire, projectId, checked }: ItemRow): string {
  return createHash('sha256')
    .update(JSON.stringify([wire, projectId, checked]))
    .digest('base64url')
}
