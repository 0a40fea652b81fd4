/** The tasks that people name: by Todoist's id, by the command that makes it, by a linked task here, or by its text. */
import { and, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm'
import { AppError, notFound } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { readReference } from '../../../core/operation/kind.ts'
import { caseless, comparable } from '../../../core/text/comparable.ts'
import { visibleTo } from '../../access/visible-to.ts'
import { comparableSql, wholePatternOf } from '../../db/comparable.ts'
import { tasks } from '../../tasks/tables.ts'
import { taskKind } from '../../tasks/task-kind.ts'
import { todoistLinks as links, todoistPairs as pairs } from '../links/tables.ts'
import { todoistCommands as commands, todoistItems as items } from '../tables.ts'
import { ITS_PROJECT, isBeingDeleted, projects } from '../tasks/read-items.ts'

type Reader = Pick<Context, 'db' | 'actor'>

export interface SoughtTasks {
  readonly refs: readonly string[]
  /** The only account that is meant; undefined: all that the caller sees. */
  readonly accountId: string | undefined
}

/** The most tasks that an error names where several have the text. */
const CANDIDATES_MAX = 5

/**
 * The id of each: Todoist's, or that of the command that makes it. A reference that means nothing has none, and one that
 * means several tasks an error that names them.
 */
export async function taskIds(
  ctx: Reader,
  { refs, accountId }: SoughtTasks,
): Promise<ReadonlyMap<string, string | AppError>> {
  const known = new Map<string, string | AppError>()
  if (refs.length === 0) return known
  const inAccount = accountId === undefined ? undefined : eq(items.accountId, accountId)
  const add = (more: Iterable<readonly [string, string | AppError]>) => {
    for (const [ref, id] of more) if (!known.has(ref)) known.set(ref, id)
  }
  const unknown = () => refs.filter((ref) => !known.has(ref))
  add(await byId(ctx, refs, inAccount))
  if (unknown().length > 0) add(await byCommand(ctx, unknown()))
  if (unknown().length > 0) add(await byTaskHere(ctx, unknown(), accountId))
  if (unknown().length > 0) add(await byText(ctx, unknown(), inAccount))
  return known
}

/** The id of one. @throws AppError `not_found`; `invalid_input` that names the candidates where several fit */
export async function taskIdOf(ctx: Reader, ref: string, accountId: string | undefined): Promise<string> {
  return foundTask(await taskIds(ctx, { refs: [ref], accountId }), ref)
}

/** One of those that were looked for. @throws AppError as `taskIdOf` does */
export function foundTask(found: Awaited<ReturnType<typeof taskIds>>, ref: string): string {
  const id = found.get(ref)
  if (typeof id === 'string') return id
  throw id ?? notFound('Todoist task', ref)
}

async function byId({ db, actor }: Reader, refs: readonly string[], inAccount: SQL | undefined) {
  const rows = await db
    .select({ id: items.id })
    .from(items)
    .where(and(visibleTo({ actor }, items), inArray(items.id, [...refs]), inAccount))
  return rows.map(({ id }) => [id, id] as const)
}

async function byCommand({ db, actor }: Reader, refs: readonly string[]) {
  const rows = await db
    .select({ id: commands.id, madeId: commands.madeId })
    .from(commands)
    .where(and(visibleTo({ actor }, commands), inArray(commands.id, [...refs]), eq(commands.makes, true)))
  return rows.map(({ id, madeId }) => [id, madeId ?? id] as const)
}

/** `T-12` and ids of tasks here, where they are linked. */
async function byTaskHere(
  { db, actor }: Reader,
  refs: readonly string[],
  accountId: string | undefined,
): Promise<(readonly [string, string])[]> {
  const numbers = new Map(
    refs.flatMap((ref) => {
      const number = /^\d+$/.test(ref) ? undefined : readReference(taskKind, ref)
      return number === undefined ? [] : [[number, ref] as const]
    }),
  )
  const rows = await db
    .select({ id: tasks.id, number: tasks.number, itemId: pairs.itemId })
    .from(tasks)
    .innerJoin(pairs, eq(pairs.taskId, tasks.id))
    .innerJoin(links, eq(links.id, pairs.linkId))
    .where(
      and(
        visibleTo({ actor }, tasks),
        sql`(${inArray(tasks.number, [-1, ...numbers.keys()])} or ${inArray(tasks.id, [...refs])})`,
        accountId === undefined ? undefined : eq(links.accountId, accountId),
      ),
    )
  return rows.map(({ id, number, itemId }) => [numbers.get(number) ?? id, itemId] as const)
}

/** Texts in any letter case, where no task has exactly the text; tasks that are over only where no open one has it. */
async function byText({ db, actor }: Reader, refs: readonly string[], inAccount: SQL | undefined) {
  const text = comparableSql(items.content)
  const isMeant = sql.join(
    refs.map((ref) => sql`${text} ilike ${wholePatternOf(ref)}`),
    sql` or `,
  )
  const rows = await db
    .select({
      id: items.id,
      text,
      project: projects.name,
      isOver: sql<boolean>`(${items.checked} or ${isBeingDeleted})`,
    })
    .from(items)
    .leftJoin(projects, ITS_PROJECT)
    .where(and(visibleTo({ actor }, items), isNull(items.absentSince), sql`(${isMeant})`, inAccount))
    .orderBy(items.id)
  return refs.flatMap((ref) => {
    const fitting = bestOf(
      rows.filter((row) => caseless(row.text) === caseless(ref)),
      comparable(ref),
    )
    const [first] = fitting
    if (first === undefined) return []
    return [[ref, fitting.length === 1 ? first.id : severalFit(ref, fitting)] as const]
  })
}

interface Fitting {
  readonly id: string
  readonly text: string
  readonly project: string | null
  readonly isOver: boolean
}

function bestOf(fitting: readonly Fitting[], said: string): readonly Fitting[] {
  const open = fitting.filter(({ isOver }) => !isOver)
  const among = open.length > 0 ? open : fitting
  const exact = among.filter(({ text }) => text === said)
  return exact.length > 0 ? exact : among
}

function severalFit(ref: string, fitting: readonly Fitting[]): AppError {
  const named = fitting
    .slice(0, CANDIDATES_MAX)
    .map(({ id, project }) => `${id} (${project ?? 'no project'})`)
  const more = fitting.length > named.length ? ', and more' : ''
  return new AppError('invalid_input', `${fitting.length} Todoist tasks are called ${ref}.`, {
    fix: `Use an id: ${named.join(', ')}${more}.`,
  })
}
