/** Settings of Todoist. */
import { z } from 'zod'
import { defineSetting } from '../../core/area/setting.ts'
import { addressWithoutQuery, key } from '../../core/area/setting-forms.ts'

const TODOIST = 'https://api.todoist.com'
const TODOIST_PAGES = 'https://app.todoist.com'

export const todoistApiToken = defineSetting({
  variable: 'TODOIST_API_TOKEN',
  description:
    "API token of a Todoist account, from Todoist's settings, under Integrations, Developer. Set: the account is connected at the start, for the owner of the gateway.",
  takes: 'a token',
  default: 'no account is connected at the start',
  secret: true,
  schema: key.optional(),
})

export const todoistClientId = defineSetting({
  variable: 'TODOIST_CLIENT_ID',
  description:
    'Client ID of the gateway as an app at Todoist. Set with TODOIST_CLIENT_SECRET: people connect their accounts by consent, and Todoist reports changes to `/hooks/todoist`.',
  takes: 'an id',
  default: 'accounts are connected by their API tokens',
  schema: key.optional(),
})

export const todoistClientSecret = defineSetting({
  variable: 'TODOIST_CLIENT_SECRET',
  description: 'Client secret of the gateway as an app at Todoist. It also signs what Todoist reports.',
  takes: 'a secret',
  default: 'accounts are connected by their API tokens',
  secret: true,
  schema: key.optional(),
})

export const todoistBaseUrl = defineSetting({
  variable: 'TODOIST_BASE_URL',
  description: "Address of Todoist's API. Only a stand-in has another one, which also asks for consent.",
  takes: 'an address',
  default: TODOIST,
  schema: z.string().default(TODOIST).pipe(addressWithoutQuery('/api/v1')),
})

/** Where people are asked for consent, which is another host at Todoist. */
export function pagesUrl(baseUrl: string): string {
  return baseUrl === TODOIST ? TODOIST_PAGES : baseUrl
}
