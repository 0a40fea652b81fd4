/** todoist.filters.list: the saved filters of the caller's accounts, from their mirrors. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { pageInput, pageOf } from '../../../core/schema/page.ts'
import { accountField } from '../../../domain/todoist/accounts/choose-account.ts'
import { listedAccounts, pageThings } from '../../../domain/todoist/things/page-things.ts'
import { nameText, waitingField, waitingWords } from '../writes/listing.ts'

const Filter = z.object({
  id: z.string(),
  accountId: z.string(),
  name: z.string(),
  query: z.string(),
  color: z.string().nullable(),
  isFavorite: z.boolean(),
  isWaiting: waitingField,
})

export const listFilters = defineOperation({
  name: 'todoist.filters.list',
  summary: 'List saved filters of Todoist; todoist.tasks.list takes their names.',
  keywords: 'views, searches, queries',
  route: 'GET /v1/todoist/filters',
  input: z.object({ text: nameText, accountId: accountField, ...pageInput }),
  output: pageOf(Filter),
  scope: 'todoist:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: {},
  async run({ accountId, ...query }, ctx) {
    const known = await listedAccounts(ctx, accountId)
    const { items, nextCursor } = pageThings(known, query, ({ names }) => names.of('filters'))
    return {
      items: items.map(({ thing: { id, accountId: inAccount, name, wire }, isWaiting }) => ({
        ...{ id, accountId: inAccount, name, query: String(wire.query ?? ''), isWaiting },
        color: typeof wire.color === 'string' ? wire.color : null,
        isFavorite: wire.is_favorite === true,
      })),
      nextCursor,
    }
  },
  line: ({ id, name, query, isWaiting }) => `${id} ${name}: ${query}${waitingWords(isWaiting)}`,
  none: 'No saved filters.',
})
