/** todoist.sync.status: how far each account is mirrored, what waits, and what was refused. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { accountField, noneConnected, seenAccounts } from '../../../domain/todoist/accounts/choose-account.ts'
import { openCommands } from '../../../domain/todoist/commands/open-commands.ts'
import { type ConflictRow, openConflicts } from '../../../domain/todoist/links/conflicts.ts'
import { QUOTA, usedOf } from '../../../domain/todoist/sync/quota.ts'

const Command = z.object({
  commandId: z.string(),
  type: z.string(),
  content: z.string(),
  waitsUntil: z.string().nullable(),
  because: z.string().nullable().describe('What Todoist said'),
})

const Conflict = z.object({
  conflictId: z.string(),
  taskId: z.string(),
  content: z.string(),
  field: z.string(),
  here: z.unknown(),
  there: z.unknown(),
  took: z.enum(['here', 'there', 'neither']),
  because: z.string(),
  at: z.string(),
})

const Status = z.object({
  accountId: z.string(),
  name: z.string(),
  state: z.enum(['connected', 'broken']),
  syncedAt: z.string().nullable().describe('When Todoist last answered'),
  lagSeconds: z.int().nullable(),
  fullAt: z.string().nullable().describe('When everything was last read'),
  waitsUntil: z.string().nullable().describe('Todoist is left alone until then'),
  because: z.string().nullable(),
  waiting: z.array(Command).describe('On their way to Todoist, the first 50'),
  waitingCount: z.int(),
  refused: z.array(Command).describe('What Todoist refused, the newest 50'),
  conflicts: z.array(Conflict).describe('What todoist.sync.settle can settle, the newest 50'),
  quota: z.object({
    partial: z.int().describe(`Requests in 15 minutes, of ${QUOTA.partial}`),
    full: z.int().describe(`Those that read everything, of ${QUOTA.full}`),
  }),
})

const SECOND_MS = 1000

export const showStatus = defineOperation({
  name: 'todoist.sync.status',
  summary: 'Show how fresh the mirrors of your Todoist accounts are, and which changes wait or were refused.',
  keywords: 'todoist lag, last sync, offline queue, conflicts, quota',
  route: 'GET /v1/todoist/sync',
  input: z.object({ accountId: accountField }),
  output: z.object({ accounts: z.array(Status) }),
  scope: 'todoist:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: {},
  async run({ accountId }, ctx) {
    const accounts = await seenAccounts(ctx, accountId)
    if (accounts.length === 0) throw noneConnected()
    const nowMs = ctx.now.getTime()
    const statuses = accounts.map(async ({ id, name, state, mirror }) => {
      const { syncedAt, fullAt, waitingUntil, waitingBecause, usage } = mirror
      const isWaiting = waitingUntil !== null && waitingUntil > ctx.now
      return {
        ...{ accountId: id, name, state, syncedAt: syncedAt?.toISOString() ?? null },
        lagSeconds: syncedAt === null ? null : Math.round((nowMs - syncedAt.getTime()) / SECOND_MS),
        fullAt: fullAt?.toISOString() ?? null,
        waitsUntil: isWaiting ? waitingUntil.toISOString() : null,
        because: isWaiting ? waitingBecause : null,
        ...(await openCommands(ctx.db, id)),
        conflicts: (await openConflicts(ctx, id)).map(shownConflict),
        quota: usedOf(usage, ctx.now),
      }
    })
    return { accounts: await Promise.all(statuses) }
  },
  tell: ({ accounts }) => accounts.map(statusLines).join('\n'),
})

function shownConflict({ id, title, at, taskId, field, here, there, took, because }: ConflictRow) {
  const both = { here: here ?? null, there: there ?? null }
  return { conflictId: id, taskId, content: title, field, ...both, took, because, at: at.toISOString() }
}

function statusLines(status: z.output<typeof Status>): string {
  const { accountId, name, state, syncedAt, waitsUntil, because, waiting, waitingCount, refused } = status
  const { conflicts } = status
  const read = syncedAt === null ? 'not read yet' : `read ${syncedAt}`
  const waits = waitsUntil === null ? '' : `; waits until ${waitsUntil}: ${because}`
  return [
    `${accountId} ${name} (${state}): ${read}, ${waitingCount} on their way${waits}`,
    ...waiting.map(({ commandId, type, content }) => `  waiting ${commandId} ${type}: ${content}`),
    ...refused.map(
      ({ commandId, type, content, because: why }) => `  refused ${commandId} ${type}: ${content}. ${why}`,
    ),
    ...conflicts.map(
      ({ conflictId, field, content, took, because: why }) =>
        `  conflict ${conflictId} ${field} of ${content}: took ${took}. ${why}`,
    ),
  ].join('\n')
}
