/**
 * A stand-in of Todoist on a local port, true to its protocol: sync, REST, files, OAuth, webhooks. A test makes people, lets them use their
 * phones, and looks at what then is there.
 *
 *   const todoist = await startTodoist({ clock })
 *   const ada = todoist.world.person('ada')
 *   // start the gateway with `todoist.settingsFor(ada)`
 *   const task = ada.add('Pay rent', { due: { string: 'every month' } })
 *   ada.complete(task.id)
 *   todoist.faults.loseAnswer('POST /sync')
 */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import { KEPT_ALIVE } from '../keep-alive.ts'
import type { Clock } from '../slack/clock.ts'
import { type SeenCall, todoistApi } from './api/api.ts'
import { App, type AppOptions } from './deliver/app.ts'
import { fileRoutes } from './deliver/file-routes.ts'
import { OAuth } from './deliver/oauth.ts'
import { Webhooks } from './deliver/webhooks.ts'
import { Faults } from './faults.ts'
import { pageRoutes } from './page/routes.ts'
import type { Switches } from './switches.ts'
import { Syncs } from './sync/sync.ts'
import type { Person } from './world/person.ts'
import { World } from './world/world.ts'

export interface TodoistOptions {
  readonly clock?: Clock
  readonly port?: number
  readonly switches?: Partial<Switches>
  readonly app?: AppOptions
}

export interface TodoistStandIn {
  readonly url: string
  readonly world: World
  /** May be changed at any time. */
  readonly switches: Switches
  readonly faults: Faults
  readonly syncs: Syncs
  /** The gateway's app: its secrets, and the address that is told of events. */
  readonly app: App
  readonly oauth: OAuth
  readonly webhooks: Webhooks
  /** Every call with a valid token, oldest first. */
  readonly calls: readonly SeenCall[]
  /** The settings with which the gateway finds the stand-in and the person's account. */
  settingsFor(person: Person): Record<string, string>
  /** Todoist takes no call with this token any more. */
  revoke(token: string): void
  close(): Promise<void>
}

const MAX_HEADER_BYTES = 65 * 1024

export async function startTodoist(options: TodoistOptions = {}): Promise<TodoistStandIn> {
  const world = new World(options.clock)
  Object.assign(world.switches, options.switches)
  const faults = new Faults()
  const syncs = new Syncs(world, faults)
  const calls: SeenCall[] = []
  const app = new App(world.ids, options.app ?? {})
  const oauth = new OAuth(world, app)
  const webhooks = new Webhooks(world, faults, { app, oauth })
  world.takesLong = () => faults.takePending()
  const accessOf = (token: string) => oauth.accessOf(token)

  const routes = new Hono()
  routes.route('/', oauth.routes())
  routes.route('/', fileRoutes(world, accessOf))
  routes.route('/api/v1', todoistApi({ world, faults, syncs, accessOf }, calls))
  for (const old of ['/rest/*', '/sync/*', '/API/*'])
    routes.all(old, (context) => context.text('This endpoint is deprecated. Use /api/v1.', 410))
  routes.route('/', pageRoutes({ world, faults, syncs, calls, webhooks }))
  const server = createAdaptorServer({
    fetch: routes.fetch,
    serverOptions: { ...KEPT_ALIVE, maxHeaderSize: MAX_HEADER_BYTES },
  }) as Server
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve))
  world.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    url: world.url,
    world,
    switches: world.switches,
    faults,
    syncs,
    app,
    oauth,
    webhooks,
    calls,
    settingsFor: ({ token }) => ({ TODOIST_BASE_URL: world.url, TODOIST_API_TOKEN: token }),
    revoke: (token) => oauth.revoke(token),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
