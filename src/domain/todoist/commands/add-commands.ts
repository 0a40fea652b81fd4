/** Stores writes that go to Todoist, in the transaction of the call that asks for them. */
import { eq } from 'drizzle-orm'
import type { Context } from '../../../core/operation/context.ts'
import { uuidOf } from '../../../core/operation/ids.ts'
import type { JsonObject } from '../../../core/text/json.ts'
import { addMirrors } from '../sync/add-mirrors.ts'
import { activeAfter } from '../sync/next-sync.ts'
import { mirrorUri } from '../sync/uri.ts'
import { todoistCommands as commands, todoistAccounts as mirrors } from '../tables.ts'

type Writer = Pick<Context, 'db' | 'actor' | 'now' | 'newId' | 'changed'>

export interface NewCommand {
  /** By which other commands of the call refer to what this one makes; absent: it gets one. */
  readonly id?: string
  readonly accountId: string
  readonly spaceId: string
  readonly type: string
  readonly args: JsonObject
  readonly title: string
  /** Absent: the command makes a thing of its own. */
  readonly subjectId?: string
  readonly notBefore?: Date
  readonly snapshot?: JsonObject
  /** On whose behalf; absent: the caller's. */
  readonly personId?: string
}

export function newCommandId({ newId }: Pick<Context, 'newId'>): string {
  return uuidOf(newId('command'))
}

/** Stores them in their order, and answers with the id of each. */
export async function addCommands(ctx: Writer, added: readonly NewCommand[]): Promise<string[]> {
  if (added.length > 0) await addMirrors(ctx.db, ctx.now)
  const rows = added.map((command) => {
    const id = command.id ?? newCommandId(ctx)
    const { accountId, spaceId, type, args, title, subjectId, notBefore = null, snapshot = null } = command
    const { personId = ctx.actor.personId } = command
    return {
      ...{ id, accountId, spaceId, type, args, title, notBefore, snapshot },
      ...{ personId, makes: subjectId === undefined, subjectId: subjectId ?? id },
      ...{ state: 'waiting' as const, createdAt: ctx.now },
    }
  })
  // One at a time: their positions are to be in their order.
  for (const row of rows) await ctx.db.insert(commands).values(row)
  for (const [accountId, spaceId] of new Map(added.map((each) => [each.accountId, each.spaceId]))) {
    await ctx.db
      .update(mirrors)
      .set({ activeUntil: activeAfter(ctx.now) })
      .where(eq(mirrors.accountId, accountId))
    ctx.changed(mirrorUri(accountId), spaceId)
  }
  return rows.map(({ id }) => id)
}
