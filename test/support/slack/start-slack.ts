/**
 * A stand-in of Slack on a local port, true to its protocol: Web API, Socket Mode, Events over HTTP, interactivity,
 * streams, files. A test makes workspaces and people, lets people act, and looks at what they then see.
 *
 *   const slack = await startSlack()
 *   const acme = slack.world.workspace('Acme')
 *   const ada = acme.user('ada')
 *   // start the gateway with `slack.settingsFor(acme)`
 *   ada.dm('what is due today')
 *   const answer = await slack.world.until(() => acme.dm(ada).messages()[1])
 *   await ada.click({ channel: acme.dm(ada), message: answer }, 'accept')
 */
import type { IncomingMessage, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import { KEPT_ALIVE } from '../keep-alive.ts'
import { type SeenCall, webApi } from './api/api.ts'
import { assertView } from './api/payload.ts'
import { type Clock, systemClock } from './clock.ts'
import { Consents } from './deliver/consents.ts'
import { Events, type SeenEvent } from './deliver/events.ts'
import { fileRoutes } from './deliver/file-routes.ts'
import { sendSigned } from './deliver/http.ts'
import { Interactions } from './deliver/interactions.ts'
import { Replies } from './deliver/replies.ts'
import { SocketHub } from './deliver/socket-hub.ts'
import { Faults } from './faults.ts'
import { pageRoutes } from './page/routes.ts'
import type { AppOptions } from './world/app.ts'
import { pushModal, replaceView } from './world/views.ts'
import type { Workspace } from './world/workspace.ts'
import { type Deliveries, World } from './world/world.ts'

export interface SlackOptions {
  readonly clock?: Clock
  readonly app?: AppOptions
  readonly port?: number
  /** Milliseconds after a failed attempt over a socket at which the next one is made. Default: as Slack does. */
  readonly socketRetriesMs?: readonly number[]
}

export interface SlackStandIn {
  readonly url: string
  /** For `SLACK_API_URL`. */
  readonly apiUrl: string
  readonly world: World
  readonly faults: Faults
  readonly sockets: SocketHub
  /** Every event that was meant for the app, oldest first. */
  readonly events: readonly SeenEvent[]
  /** Every call of the Web API with a valid token, oldest first. */
  readonly calls: readonly SeenCall[]
  /** The settings with which the gateway finds the stand-in. */
  settingsFor(workspace: Workspace): Record<string, string>
  /** Resolves once no delivery of an event is under way. */
  settled(): Promise<void>
  /** Asks the app's events address whether it is Slack's to use, as when an admin enters it. */
  verifyUrl(): Promise<boolean>
  /** The code that ends a consent in this workspace, to be exchanged for a token. */
  consent(workspace: Workspace, redirectUri?: string): string
  tellRateLimited(workspace: Workspace): void
  close(): Promise<void>
}

export async function startSlack(options: SlackOptions = {}): Promise<SlackStandIn> {
  const world = new World(options.clock ?? systemClock, options.app ?? {})
  const faults = new Faults()
  const sockets = new SocketHub(world)
  const events = new Events(world, faults, { sockets, socketRetriesMs: options.socketRetriesMs })
  const replies = new Replies(world)
  const consents = new Consents(world)
  const calls: SeenCall[] = []
  world.deliveries = deliveriesOf(events, new Interactions(world, sockets), replies)

  const app = new Hono()
  const services = {
    world,
    faults,
    openSocketUrl: () => sockets.openUrl(),
    takeTrigger: (id: string) => replies.takeTrigger(id),
    takeCode: (code: string, redirectUri: string | undefined) => consents.take(code, redirectUri),
  }
  app.route('/api', webApi(services, calls))
  app.route('/response', replies.routes())
  app.route('/oauth', consents.routes())
  app.route('/', fileRoutes(world))
  app.route(
    '/',
    pageRoutes(
      world,
      () => `${sockets.connections} sockets · ${events.seen.length} events · ${calls.length} calls`,
    ),
  )

  const server = createAdaptorServer({ fetch: app.fetch, serverOptions: KEPT_ALIVE }) as Server
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
    sockets.upgrade(request, socket, head),
  )
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve))
  world.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    url: world.url,
    apiUrl: `${world.url}/api/`,
    world,
    faults,
    sockets,
    events: events.seen,
    calls,
    settingsFor: ({ installation: { botToken } }) => ({
      SLACK_API_URL: `${world.url}/api/`,
      SLACK_BOT_TOKEN: botToken,
      ...(world.app.urls === undefined
        ? { SLACK_APP_TOKEN: world.app.appToken }
        : { SLACK_SIGNING_SECRET: world.app.signingSecret }),
    }),
    settled: () => events.settled(),
    verifyUrl: () => verifyUrl(world),
    consent: (workspace, redirectUri) => consents.agree(workspace, world.app.scopes, redirectUri),
    tellRateLimited: (workspace) => events.tellRateLimited(workspace),
    async close() {
      sockets.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function deliveriesOf(events: Events, interactions: Interactions, replies: Replies): Deliveries {
  return {
    event: (workspace, event, channel) => events.happened(workspace, event, channel),
    interaction: (_workspace, payload) => interactions.interaction(payload),
    async command(target, form) {
      const answer = await interactions.command(form)
      if (answer.isOk && answer.body !== undefined) replies.respond(target, answer.body)
      return answer
    },
    triggerId: (user) => replies.triggerId(user),
    responseUrl: (target) => replies.responseUrl(target),
    responseView(user, view, inPlaceOf) {
      assertView(view)
      const present = user.modals.find(({ id }) => id === inPlaceOf?.id)
      if (present === undefined) pushModal(user, view)
      else replaceView(user, present, view)
    },
  }
}

async function verifyUrl(world: World): Promise<boolean> {
  const { app } = world
  if (app.urls === undefined) return false
  const challenge = world.ids.next('')
  const answer = await sendSigned(world, {
    url: app.urls.events,
    type: 'application/json',
    body: JSON.stringify({ token: app.verificationToken, challenge, type: 'url_verification' }),
  })
  return answer.isOk && (answer.body?.challenge === challenge || answer.body?.text === challenge)
}
