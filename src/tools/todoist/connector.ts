/** How a Todoist account is connected: by its API token, or by consent where the gateway is an app at Todoist. */
import { createTodoistClient } from '../../clients/todoist/todoist-client.ts'
import { defineConnector } from '../../core/area/connector.ts'
import type { TodoistClient } from '../../core/outbound/todoist.ts'
import { assertUnlinked } from '../../domain/todoist/links/unlink.ts'
import { TODOIST } from '../../domain/todoist/todoist.ts'
import { pagesUrl, todoistBaseUrl, todoistClientId, todoistClientSecret } from './settings.ts'

export const todoistConnector = defineConnector<TodoistClient>({
  name: TODOIST,
  title: 'Todoist',
  connecting: {
    kind: 'oauth',
    authorizeUrl: (settings) => `${pagesUrl(settings.of(todoistBaseUrl))}/oauth/authorize`,
    tokenUrl: (settings) => `${settings.of(todoistBaseUrl)}/oauth/access_token`,
    scopes: ['data:read_write', 'data:delete', 'project:delete'],
    scopeSeparator: ',',
    clientId: todoistClientId,
    clientSecret: todoistClientSecret,
    pasted: { whereToFind: "It is in Todoist's settings, under Integrations, Developer." },
  },
  open: (access) => createTodoistClient(access, access.settings.of(todoistBaseUrl)),
  check: (client, signal) => client.whoIs(signal),
  assertEndable: assertUnlinked,
})
