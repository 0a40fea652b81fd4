/** Where the operations about accounts are: in their own area for every connector, or in an area for one of its own. */
import { z } from 'zod'

export interface AccountsPlace {
  /** What their names begin with: `accounts`, `todoist.accounts`, or `calendars`, where an account is a calendar. */
  readonly name: 'accounts' | 'calendars' | `${string}.accounts`
  readonly route: `/v1/${string}`
  /** The only connector whose accounts they know; absent: all. */
  readonly connector?: string
  /** Its title. */
  readonly title?: string
}

/** The area for the accounts of every connector. */
export const EVERY_ACCOUNT: AccountsPlace = { name: 'accounts', route: '/v1/accounts' }

const CONNECTOR_MAX_CHARS = 40

export const ConnectorName = z.string().min(1).max(CONNECTOR_MAX_CHARS).describe('Such as todoist')

/** "an account", or "a Todoist account". */
export function accountIn({ title }: AccountsPlace): string {
  return title === undefined ? 'an account' : `a ${title} account`
}
