/** What the examples of accounts find: an account by a token, and a service that asks for consent. */
import { z } from 'zod'
import { defineArea } from '../../../src/core/area/area.ts'
import { defineConnector } from '../../../src/core/area/connector.ts'
import { defineSetting } from '../../../src/core/area/setting.ts'
import type { AreaWorld } from '../../parity/steps.ts'

const clientId = defineSetting({
  variable: 'TODOIST_CLIENT_ID',
  description: 'Of a test.',
  takes: 'a text',
  default: 'the-gateway',
  schema: z.string().optional().default('the-gateway'),
})

/** Takes every token, as that of an account of the same name. */
const notes = defineConnector({
  name: 'notes',
  title: 'Notes',
  connecting: { kind: 'token', whereToFind: 'In its settings.' },
  open: ({ token }) => token,
  check: async (token) => ({ id: token, name: token }),
})

const todoist = defineConnector({
  name: 'todoist',
  title: 'Todoist',
  connecting: {
    kind: 'oauth',
    authorizeUrl: 'https://todoist.example/authorize',
    tokenUrl: 'https://todoist.example/token',
    scopes: ['tasks'],
    clientId,
  },
  open: ({ token }) => token,
  check: async () => ({ id: 'one', name: 'One' }),
})

export const services = defineArea({
  name: 'services',
  operations: [],
  settings: [clientId],
  connectors: [notes, todoist],
})

const CONNECTED = ['accounts.connect', { connector: 'notes', token: 'ada' }] as const

export const world: AreaWorld = {
  before: {
    'accounts.list': [CONNECTED],
    'accounts.check': [CONNECTED],
    'accounts.disconnect': [CONNECTED],
  },
}
