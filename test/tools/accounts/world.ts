/** What the examples of accounts find: an account by a token, and a service that asks for consent. */
import { defineArea } from '../../../src/core/area/area.ts'
import { type Access, defineConnector } from '../../../src/core/area/connector.ts'
import type { CalendarClient } from '../../../src/core/outbound/calendar.ts'
import type { TodoistClient } from '../../../src/core/outbound/todoist.ts'
import { calendarConnector } from '../../../src/tools/calendars/connector.ts'
import { todoistConnector } from '../../../src/tools/todoist/connector.ts'
import type { AreaWorld } from '../../parity/steps.ts'
import { calendarText } from '../../support/calendars/calendar-text.ts'

/** Takes every token, as that of an account of the same name. */
const notes = defineConnector({
  name: 'notes',
  title: 'Notes',
  connecting: { kind: 'token', whereToFind: 'In its settings.' },
  open: ({ token }) => token,
  check: async (token) => ({ id: token, name: token }),
})

/** Answers of Todoist's REST that the examples read, by the ends of their paths. */
const ANSWERS: readonly (readonly [RegExp, object])[] = [
  [/backups$/, { results: [{ version: '2026-03-01', url: 'https://api.todoist.com/backup.zip' }] }],
  [/templates\/url$/, { file_name: 'template.csv', file_url: 'https://files.todoist.com/template.csv' }],
  [/workspaces$/, { results: [{ id: '41', name: 'Studio' }] }],
  [/./, { results: [], items: [], next_cursor: null }],
]

/** Takes every token as well, every quick add and file, and answers what is read. It is never in reach for `/sync`. */
const todoist = {
  ...todoistConnector,
  open: (access: Access) => ({
    ...(todoistConnector.open(access) as TodoistClient),
    quickAdd: async () => ({
      kind: 'ok',
      body: { id: 'new', content: 'Pay rent', project_id: '1', meta: {} },
    }),
    read: async (path: string) => ({
      kind: 'ok',
      body: ANSWERS.find(([ends]) => ends.test(path))?.[1] ?? {},
    }),
    send: async () => ({ kind: 'ok', body: { project_id: '7', tasks: [{}], sections: [] } }),
    download: async () => ({
      kind: 'ok',
      file: { name: 'file.txt', type: 'text/plain', bytes: new Uint8Array(Buffer.from('TYPE,CONTENT')) },
    }),
  }),
  check: async () => ({ id: 'one', name: 'ada@example.com' }),
}

/** Takes every address, as that of one calendar with one event. */
const calendar = {
  ...calendarConnector,
  open: (): CalendarClient => ({
    self: null,
    read: async () => ({ kind: 'read', texts: [EVENT], version: '1' }),
    whoIs: async () => ({ id: 'one', name: 'Work' }),
  }),
}

const EVENT = calendarText({
  events: [['UID:1', 'SUMMARY:Standup', 'DTSTART:20260304T093000Z', 'DURATION:PT30M']],
})

export const services = defineArea({
  name: 'services',
  operations: [],
  connectors: [notes],
})

const CONNECTED = ['accounts.connect', { connector: 'notes', token: 'ada' }] as const

/** With what the example of Todoist needs. */
export const connectors = [notes, todoist, calendar]
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
