/** Defines once which people a caller may see and name: all, or for a guest those with whom they share something. */
import { type SQL, sql } from 'drizzle-orm'
import { AppError } from '../../core/errors.ts'
import { wayTo } from '../../core/operation/actor.ts'
import type { Context } from '../../core/operation/context.ts'
import { grants as grantsScope } from '../../core/operation/scopes.ts'
import { grants, people } from '../access/tables.ts'
import { seesOwn, type Viewer, visibleTo } from '../access/visible-to.ts'

/** Whether the caller manages people, and so sees all that is stored of them. A call for a team does not. */
export function managesPeople({ actor }: Viewer): boolean {
  return actor.within === undefined && grantsScope(actor.scopes, 'people:write')
}

/**
 * Checks for what only those who manage people see. `what` completes "Only those who manage people ..."; `instead` is a
 * way out for the others.
 * @throws AppError `forbidden`
 */
export function assertManagesPeople({ actor }: Viewer, what: string, instead?: string): void {
  if (managesPeople({ actor })) return
  const way = wayTo('people:write', actor)
  throw new AppError('forbidden', `Only those who manage people ${what}.`, {
    fix: instead === undefined ? way : `${instead} ${way}`,
  })
}

/** Rows of `people` that the viewer may see. */
export function visiblePeople(viewer: Viewer): SQL {
  const me = viewer.actor.personId
  if (managesPeople(viewer)) return sql`true`
  // Names are written out: the query builder would leave the table off `people.id`.
  if (!seesOwn(viewer)) {
    // A guest may read the outcome, and sees only those with whom they share something.
    return sql`(people.id = ${me} or exists (select 1 from ${grants}
      where ${grants.personId} = people.id and ${visibleTo(viewer, grants)}))`
  }
  return sql`(people.id = ${me}
    or not exists (select 1 from ${people} me where me.id = ${me} and me.role = 'guest')
    or exists (select 1 from ${grants} mine join ${grants} theirs on theirs.space_id = mine.space_id
      where mine.person_id = ${me} and theirs.person_id = people.id))`
}

/** Throws for a person to whom nothing new can be given. */
export type AssertPerson = (id: string) => void

/**
 * Looks these people up, and keeps their rows from being deactivated until the transaction ends. The caller needs no
 * row: a caller is there.
 */
export async function lookUpPeople(
  ctx: Pick<Context, 'db' | 'actor'>,
  ids: readonly string[],
): Promise<AssertPerson> {
  const others = [...new Set(ids)].filter((id) => id !== ctx.actor.personId)
  const found = others.length === 0 ? [] : await lockPeople(ctx, others)
  const known = new Map(found.map(({ id, isActive }) => [id, isActive]))
  return (id) => {
    if (id === ctx.actor.personId) return
    const isActive = known.get(id)
    if (isActive === undefined) throw noSuchPerson(id)
    if (!isActive) throw personGone(id)
  }
}

/**
 * Every id in an input that stands for a person goes through here.
 * @throws AppError `not_found` for somebody who is not there or whom the caller may not see; `conflict` for somebody
 * who has been deactivated
 */
export async function assertPeople(
  ctx: Pick<Context, 'db' | 'actor'>,
  ids: readonly string[],
): Promise<void> {
  const assertPerson = await lookUpPeople(ctx, ids)
  for (const id of ids) assertPerson(id)
}

async function lockPeople(ctx: Pick<Context, 'db' | 'actor'>, ids: readonly string[]) {
  const wanted = JSON.stringify(ids)
  return await ctx.db.execute<{ id: string; isActive: boolean }>(sql`
    select id, deactivated_at is null as "isActive" from ${people}
    where id = any(array(select jsonb_array_elements_text(${wanted}::jsonb))) and ${visiblePeople(ctx)}
    order by id for share`)
}

export function noSuchPerson(id: string): AppError {
  return new AppError('not_found', `There is no person ${id}.`, {
    fix: 'people.list shows who is here. An admin adds people with people.invite or people.create.',
  })
}

function personGone(id: string): AppError {
  return new AppError('conflict', `${id} has been deactivated, so nothing new can be given to them.`, {
    fix: 'Choose somebody else from people.list, or ask an admin to call people.reactivate.',
  })
}
