/** What the examples of accounts find: an account by a token, and a service that asks for consent. */
import { defineArea } from '../../../src/core/area/area.ts'
import { type Access, defineConnector } from '../../../src/core/area/connector.ts'
import type { TodoistClient } from '../../../src/core/outbound/todoist.ts'
import { todoistConnector } from '../../../src/tools/todoist/connector.ts'
import type { AreaWorld } from '../../parity/steps.ts'

/** Takes every token, as that of an account of the same name. */
const notes = defineConnector({
  name: 'notes',
  title: 'Notes',
  connecting: { kind: 'token', whereToFind: 'In its settings.' },
  open: ({ token }) => token,
  check: async (token) => ({ id: token, name: token }),
})

/** Takes every token as well, and every quick add. For all else Todoist cannot be reached. */
const todoist = {
  ...todoistConnector,
  open: (access: Access) => ({
    ...(todoistConnector.open(access) as TodoistClient),
    quickAdd: async () => ({
      kind: 'ok',
      body: { id: 'new', content: 'Pay rent', project_id: '1', meta: {} },
    }),
  }),
  check: async () => ({ id: 'one', name: 'ada@example.com' }),
}

export const services = defineArea({
  name: 'services',
  operations: [],
  connectors: [notes],
})

const CONNECTED = ['accounts.connect', { connector: 'notes', token: 'ada' }] as const

/** With what the example of Todoist needs. */
export const connectors = [notes, todoist]
export const environment = {
  TODOIST_CLIENT_ID: 'the-gateway',
  TODOIST_CLIENT_SECRET: 'a-secret-of-the-gateway',
  TODOIST_BASE_URL: 'http://127.0.0.1:9',
}

export const world: AreaWorld = {
  before: {
    'accounts.list': [CONNECTED],
    'accounts.check': [CONNECTED],
    'accounts.disconnect': [CONNECTED],
  },
}
