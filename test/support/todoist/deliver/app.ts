/** The app that a gateway registered with Todoist: its secrets, and where it is told of events. */
import type { Ids } from '../world/ids.ts'

export const WEBHOOK_EVENTS = [
  ...['added', 'updated', 'deleted', 'completed', 'uncompleted'].map((event) => `item:${event}`),
  ...['added', 'updated', 'deleted'].map((event) => `note:${event}`),
  ...['added', 'updated', 'deleted', 'archived', 'unarchived'].map((event) => `project:${event}`),
  ...['added', 'updated', 'deleted', 'archived', 'unarchived'].map((event) => `section:${event}`),
  ...['added', 'updated', 'deleted'].map((event) => `label:${event}`),
  ...['added', 'updated', 'deleted'].map((event) => `filter:${event}`),
  'reminder:fired',
]

export interface AppOptions {
  readonly redirectUri?: string
  readonly webhookUrl?: string
  readonly events?: readonly string[]
}

export class App {
  readonly clientId: string
  readonly clientSecret: string
  /** Without one, any address that an authorization names is taken. */
  redirectUri: string | undefined
  webhookUrl: string | undefined
  events: ReadonlySet<string>

  constructor(ids: Ids, options: AppOptions) {
    this.clientId = ids.nextToken()
    this.clientSecret = ids.nextToken()
    this.redirectUri = options.redirectUri
    this.webhookUrl = options.webhookUrl
    this.events = new Set(options.events ?? WEBHOOK_EVENTS)
  }
}
