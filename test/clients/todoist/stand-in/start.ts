/** A stand-in with one person, a clock that a test moves, and the calls of a client; closed after each test. */
import { afterEach } from 'vitest'
import { ManualClock } from '../../../support/slack/clock.ts'
import {
  startTodoist,
  type TodoistOptions,
  type TodoistStandIn,
} from '../../../support/todoist/start-todoist.ts'
import type { Json } from '../../../support/todoist/world/wire.ts'

export let todoist: TodoistStandIn
afterEach(() => todoist.close())

/** A Monday, 10 o'clock in Berlin. */
const START = new Date('2026-11-30T09:00:00Z')

export async function start(options: Omit<TodoistOptions, 'clock'> = {}) {
  const clock = new ManualClock(START)
  todoist = await startTodoist({ clock, ...options })
  const ada = todoist.world.person('ada')
  return { clock, ada, client: clientOf(ada.token) }
}

export interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of a body is its own affair.
  readonly body: any
}

export interface Client {
  get(path: string, query?: Record<string, string>): Promise<Answer>
  post(path: string, body?: Json, headers?: Record<string, string>): Promise<Answer>
  remove(path: string): Promise<Answer>
  /** Sync from `token` on; `*` by default. */
  read(token?: string, types?: string[]): Promise<Answer>
  /** Runs commands, each with the uuid of its place in `prefix`. */
  run(prefix: string, ...commands: Json[]): Promise<Answer>
}

export function clientOf(token: string): Client {
  async function call(
    method: string,
    path: string,
    init: { body?: string; headers?: Record<string, string> } = {},
  ) {
    const response = await fetch(`${todoist.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...init.headers },
      ...(init.body !== undefined && { body: init.body }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') === true
    return { status: response.status, body: isJson ? JSON.parse(text) : text }
  }
  const post: Client['post'] = (path, body = {}, headers = {}) =>
    call('POST', path, { body: JSON.stringify(body), headers })
  return {
    get: (path, query = {}) => call('GET', `${path}?${new URLSearchParams(query)}`),
    post,
    remove: (path) => call('DELETE', path),
    read: (token = '*', types = ['all']) => post('/sync', { sync_token: token, resource_types: types }),
    run: (prefix, ...commands) =>
      post('/sync', {
        commands: commands.map((each, index) => ({ uuid: `${prefix}-${index}`, args: {}, ...each })),
      }),
  }
}
