/** todoist.sync.resync: reads what has changed at Todoist now, or everything. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { accountField, chooseAccounts } from '../../../domain/todoist/accounts/choose-account.ts'
import { orderSync, syncNow } from '../../../domain/todoist/sync/sync-now.ts'

const USER_ID_MAX_CHARS = 100

const Resynced = z.object({
  accountId: z.string(),
  name: z.string(),
  state: z.enum(['done', 'queued']).describe('queued: it is done as soon as Todoist can be reached'),
  syncedAt: z.string().nullable(),
  waitsFor: z.string().nullable(),
})

export const resync = defineOperation({
  name: 'todoist.sync.resync',
  summary: 'Read what has changed at Todoist now, and send what waits; full reads everything again.',
  keywords: 'refresh, reload, pull, synchronize todoist',
  route: 'POST /v1/todoist/sync/resync',
  input: z.object({
    accountId: accountField,
    userId: z
      .string()
      .max(USER_ID_MAX_CHARS)
      .optional()
      .describe("Only accounts of this user, by Todoist's id"),
    full: z.boolean().default(false),
  }),
  output: z.object({ accounts: z.array(Resynced) }),
  scope: 'todoist:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: {},
  async run({ accountId, userId, full }, ctx) {
    const all = await chooseAccounts(ctx, accountId)
    const accounts = all.filter((each) => userId === undefined || each.userId === userId)
    await orderSync(
      ctx,
      accounts.map(({ id }) => id),
      full ? 'full' : 'partial',
    )
    return {
      accounts: accounts.map(({ id, name, mirror }) => ({
        ...{ accountId: id, name, state: 'queued' as const },
        ...{ syncedAt: mirror.syncedAt?.toISOString() ?? null, waitsFor: null },
      })),
    }
  },
  async settle(_input, ctx, { accounts }) {
    return {
      accounts: await Promise.all(
        accounts.map(async (each) => ({ ...each, ...(await syncNow(ctx, each.accountId)) })),
      ),
    }
  },
  tell: ({ accounts }) =>
    accounts
      .map(({ accountId, name, state, syncedAt, waitsFor }) =>
        state === 'done'
          ? `Read ${name} (${accountId}) at ${syncedAt}.`
          : `${name} (${accountId}) is not read yet. ${waitsFor ?? ''}`.trim(),
      )
      .join('\n'),
})
