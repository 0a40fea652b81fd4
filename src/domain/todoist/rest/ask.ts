/** Asks Todoist over REST for what the mirror does not have. */
import { AppError } from '../../../core/errors.ts'
import type { AskContext } from '../../../core/operation/context.ts'
import type { TodoistAnswer, TodoistClient } from '../../../core/outbound/todoist.ts'
import type { JsonObject } from '../../../core/text/json.ts'
import { type ChosenAccount, chooseAccount } from '../accounts/choose-account.ts'
import { faultError } from '../commands/settle.ts'
import { TODOIST } from '../todoist.ts'

/** The pages of a list that are read for one call, and the rows of each. */
const PAGES_MAX = 20
const PAGE_ROWS = 200

type Ask<Answer> = (client: TodoistClient, signal: AbortSignal) => Promise<Answer>

/** @throws AppError: what Todoist says; with `unavailable` a write may have been done all the same */
export async function askTodoist(
  ctx: AskContext,
  accountId: string | undefined,
  ask: Ask<TodoistAnswer>,
): Promise<JsonObject> {
  const account = await chooseAccount(ctx, accountId)
  return await askAs(ctx, account, ask)
}

/** The same with an account that is chosen already. */
export async function askAs(
  ctx: AskContext,
  account: ChosenAccount,
  ask: Ask<TodoistAnswer>,
): Promise<JsonObject> {
  assertNotPaused(account, ctx.now)
  return bodyOf(await ask(await ctx.account(TODOIST, account.id), ctx.signal))
}

/** The account pauses, for what its last request met. Nothing is sent. @throws AppError `rate_limited` */
export function assertNotPaused({ mirror }: ChosenAccount, now: Date): void {
  const { waitingUntil: until, waitingBecause: because } = mirror
  if (until === null || until <= now) return
  throw new AppError('rate_limited', `Todoist is not asked for now. ${because ?? ''}`.trim(), {
    fix: 'Call again later. Most writes wait by themselves: todoist.tasks.create does.',
    retryAfterMs: until.getTime() - now.getTime(),
  })
}

/** What Todoist answers. @throws AppError */
function bodyOf(answer: TodoistAnswer): JsonObject {
  if (answer.kind === 'ok') return answer.body
  throw errorOf(answer)
}

export function errorOf(answer: Exclude<TodoistAnswer, { kind: 'ok' }>): AppError {
  switch (answer.kind) {
    case 'refused':
      return faultError(answer.fault)
    case 'limited':
      return new AppError('rate_limited', 'Todoist takes no more requests for now.', {
        fix: 'Call again later. Most writes wait by themselves: todoist.tasks.create does.',
        retryAfterMs: answer.retryAfterMs,
      })
    case 'unclear':
      return new AppError('unavailable', `Todoist did not answer: ${answer.why}.`, {
        fix: 'Call again in a moment.',
      })
  }
}

export interface Listed {
  readonly rows: readonly JsonObject[]
  /** Whether there are more than are read for one call. */
  readonly isCut: boolean
}

/** All rows of a list, page after page. @throws AppError as `askTodoist` does */
export async function listAll(
  ctx: AskContext,
  account: ChosenAccount,
  { path, query, pageRows = PAGE_ROWS }: { path: string; query: Record<string, string>; pageRows?: number },
): Promise<Listed> {
  const rows: JsonObject[] = []
  let cursor: string | undefined
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const asked = { ...query, limit: String(pageRows), ...(cursor !== undefined && { cursor }) }
    const body = await askAs(ctx, account, (client, signal) => client.read(path, asked, signal))
    const found = body.results ?? body.items
    if (Array.isArray(found)) rows.push(...(found as JsonObject[]))
    if (typeof body.next_cursor !== 'string') return { rows, isCut: false }
    cursor = body.next_cursor
  }
  return { rows, isCut: true }
}
