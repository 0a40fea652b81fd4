/** todoist.labels.list: the labels of the caller's accounts, personal and shared ones, from their mirrors. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { pageInput, pageOf } from '../../../core/schema/page.ts'
import { accountField } from '../../../domain/todoist/accounts/choose-account.ts'
import { countOpenTasks } from '../../../domain/todoist/things/open-tasks.ts'
import { listedAccounts, pageThings } from '../../../domain/todoist/things/page-things.ts'
import { isSharedLabel, readSharedLabels } from '../../../domain/todoist/things/shared-labels.ts'
import { nameText, waitingField, waitingWords } from '../writes/listing.ts'

const Label = z.object({
  id: z.string().describe('Of a shared label, its name'),
  accountId: z.string(),
  name: z.string(),
  color: z.string().nullable(),
  isFavorite: z.boolean(),
  isShared: z.boolean().describe('Only a name on tasks, such as those of others in a shared project'),
  isWaiting: waitingField,
  openTasks: z.int(),
})

export const listLabels = defineOperation({
  name: 'todoist.labels.list',
  summary: 'List Todoist labels, personal and shared ones, with their numbers of open tasks.',
  keywords: 'tags',
  route: 'GET /v1/todoist/labels',
  input: z.object({ text: nameText, accountId: accountField, ...pageInput }),
  output: pageOf(Label),
  scope: 'todoist:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: {},
  async run({ accountId, ...query }, ctx) {
    const known = await listedAccounts(ctx, accountId)
    const shared = await readSharedLabels(ctx.db, known)
    const { items, nextCursor, accountIds } = pageThings(known, query, (each) => [
      ...each.names.of('labels'),
      ...shared.of(each),
    ])
    const openOf = await countOpenTasks(ctx.db, accountIds, 'label')
    return {
      items: items.map(({ thing, isWaiting }) => ({
        ...{ id: thing.id, accountId: thing.accountId, name: thing.name },
        color: typeof thing.wire.color === 'string' ? thing.wire.color : null,
        isFavorite: thing.wire.is_favorite === true,
        ...{ isShared: isSharedLabel(thing), isWaiting },
        openTasks: openOf(thing.accountId, thing.name),
      })),
      nextCursor,
    }
  },
  line: ({ id, name, isShared, isWaiting, openTasks }) =>
    `${isShared ? '' : `${id} `}@${name} (${openTasks} open${isShared ? ', shared' : ''}${waitingWords(isWaiting)})`,
  none: 'No labels.',
})
