/** Waits a few seconds for commands to reach Todoist, and tells how each of them stands. */

import { inArray } from 'drizzle-orm'
import { AppError, type ErrorCode } from '../../../core/errors.ts'
import type { SettleContext } from '../../../core/operation/context.ts'
import type { TodoistFault } from '../../../core/outbound/todoist.ts'
import type { Db } from '../../db/db.ts'
import type { CommandRow } from '../sync/settle-commands.ts'
import type { SyncOutcome } from '../sync/sync-account.ts'
import { syncWithin } from '../sync/sync-now.ts'
import { todoistCommands as commands } from '../tables.ts'

/** How a command stands. `because`: what it waits for. */
export interface Standing {
  readonly row: CommandRow
  readonly because: string | null
  readonly until: Date | null
}

/** By the ids of the commands. */
export async function settle(ctx: SettleContext, ids: readonly string[]): Promise<Map<string, Standing>> {
  const isStillOpen = isOpen(ctx.now)
  const open = (await readCommands(ctx.db, ids)).filter(isStillOpen)
  const accountIds = [...new Set(open.map(({ accountId }) => accountId))]
  const outcomes = await Promise.all(
    accountIds.map(async (accountId) => {
      const isSent = async () =>
        !(await readCommands(ctx.db, ids)).some((row) => row.accountId === accountId && isStillOpen(row))
      return [accountId, await syncWithin(ctx, accountId, isSent)] as const
    }),
  )
  const waits = new Map(outcomes)
  const settled = await readCommands(ctx.db, ids)
  return new Map(settled.map((row) => [row.id, standingOf(row, waits.get(row.accountId))]))
}

async function readCommands(db: Db, ids: readonly string[]): Promise<CommandRow[]> {
  if (ids.length === 0) return []
  return await db
    .select()
    .from(commands)
    .where(inArray(commands.id, [...ids]))
}

/** Whether it could be with Todoist by now. */
function isOpen(now: Date) {
  return ({ state, notBefore }: CommandRow): boolean =>
    (state === 'waiting' || state === 'sent') && (notBefore === null || notBefore <= now)
}

function standingOf(row: CommandRow, outcome: SyncOutcome | undefined): Standing {
  if (row.state !== 'waiting' && row.state !== 'sent') return { row, because: null, until: null }
  if (row.fault !== null) return { row, because: wordsOf(row.fault), until: row.notBefore }
  if (row.notBefore !== null && outcome === undefined)
    return { row, because: 'It waits for its time, and can be undone until then.', until: row.notBefore }
  if (outcome?.kind === 'waits') return { row, because: outcome.because, until: outcome.until }
  return { row, because: 'Another process is sending it.', until: null }
}

function wordsOf({ message }: TodoistFault): string {
  return `Todoist says: ${message}`
}

/** What a refusal of Todoist is in our words. */
export function faultError({ status, tag, message, extra }: TodoistFault): AppError {
  const max = extra.max_count ?? extra.max_items
  if (tag.startsWith('MAX_')) {
    const most = max === undefined ? '' : ` At most ${String(max)} fit.`
    return new AppError('conflict', `Todoist says: ${message}.${most}`, {
      fix: 'Complete or move some of what is there, or use another project.',
    })
  }
  if (status === FORBIDDEN) {
    const scope = extra.required_scope ?? extra.scope
    const needs = scope === undefined ? '' : ` It needs the scope ${String(scope)}.`
    return new AppError('forbidden', `Todoist says: ${message}.${needs}`, {
      fix: 'Connect the account again, with the right to do this, or ask the owner of the project.',
    })
  }
  return new AppError(CODES[status] ?? 'invalid_input', `Todoist says: ${message}.`, {
    fix: 'Correct what Todoist does not take, and call again.',
  })
}

const FORBIDDEN = 403
const CODES: Readonly<Record<number, ErrorCode>> = { 403: 'forbidden', 404: 'not_found', 409: 'conflict' }

const UNSAID: TodoistFault = { status: 400, tag: '', message: 'It was refused', extra: {} }

export function refusalOf({ row: { fault } }: Standing): AppError {
  return faultError(fault ?? UNSAID)
}
