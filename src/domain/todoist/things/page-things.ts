/** Pages of things: an account has so few of each kind that they are read together. */
import { z } from 'zod'
import type { Context } from '../../../core/operation/context.ts'
import { decodeCursor, sortText, toPage } from '../../../core/schema/page.ts'
import { Position } from '../../../core/schema/ranges.ts'
import { caseless } from '../../../core/text/comparable.ts'
import { noneConnected } from '../accounts/choose-account.ts'
import type { ThingRow } from '../thing-row.ts'
import { type Known, knownAccounts } from './known-accounts.ts'

export interface ThingQuery {
  /** In the name. */
  readonly text?: string | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

export interface ListedThing {
  readonly thing: ThingRow
  readonly known: Known
  /** Todoist does not have it yet. */
  readonly isWaiting: boolean
}

export interface ThingPage {
  readonly items: ListedThing[]
  readonly nextCursor: string | null
  /** Of the accounts that are listed. */
  readonly accountIds: readonly string[]
}

/** The accounts whose things a call lists. @throws AppError `not_configured`, `not_found` */
export async function listedAccounts(
  ctx: Pick<Context, 'db' | 'actor'>,
  accountId: string | undefined,
): Promise<Known[]> {
  const known = await knownAccounts(ctx, accountId)
  if (known.length === 0) throw noneConnected()
  return known
}

/**
 * In the order of their accounts and places; what Todoist does not have yet comes last.
 * @throws AppError `invalid_input` for a cursor of another list
 */
export function pageThings(
  known: readonly Known[],
  { text, limit, cursor }: ThingQuery,
  thingsOf: (known: Known) => readonly ThingRow[],
): ThingPage {
  const after =
    cursor === undefined ? undefined : decodeCursor(cursor, PLACED, z.tuple([sortText, Position, sortText]))
  const sought = text === undefined ? undefined : caseless(text)
  const things = known
    .flatMap((each) => thingsOf(each).map((thing) => listed(thing, each)))
    .filter(({ thing }) => sought === undefined || caseless(thing.name).includes(sought))
    .filter(({ thing }) => after === undefined || compare(placeOf(thing), after) > 0)
    .sort((one, other) => compare(placeOf(one.thing), placeOf(other.thing)))
  const page = toPage(things.slice(0, limit + 1), limit, ({ thing }) => ({
    sort: PLACED,
    after: [...placeOf(thing)],
  }))
  return { ...page, accountIds: known.map(({ account }) => account.id) }
}

const PLACED = 'place'

type Place = readonly [accountId: string, position: number, id: string]

function listed(thing: ThingRow, known: Known): ListedThing {
  return { thing, known, isWaiting: known.names.onTheirWay.added.includes(thing) }
}

function placeOf({ accountId, position, id }: ThingRow): Place {
  return [accountId, position, id]
}

function compare(one: Place, other: Place): number {
  for (const [index, value] of one.entries()) {
    const against = other[index] ?? value
    if (value !== against) return value < against ? -1 : 1
  }
  return 0
}
