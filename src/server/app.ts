/** The Hono application: every HTTP route, on one list of operations. */
import { Hono } from 'hono'
import type { Gateway } from '../core/area/gateway.ts'
import type { Actor } from '../core/operation/actor.ts'
import { createMachineProof, type MachineProof } from './access/machine-proof.ts'
import { createHookHandler, HOOK_ROUTES, type HookParts } from './hooks/hook-handler.ts'
import { createServiceHandler, type ServiceReports } from './hooks/service-handler.ts'
import { createCors } from './http/cors.ts'
import { type Admitted, createGate, type GateParts, type Handle } from './http/gate.ts'
import { createReadiness, liveness, type Readiness } from './http/health.ts'
import { createPlaces, type GivenLimits, type Places } from './http/places.ts'
import { createUnrouted } from './http/unrouted.ts'
import type { GateEnv } from './http/visit.ts'
import { type MailDoors, mailRoutes } from './mail/mail-routes.ts'
import { type ConsentDoor, createConsentForm, createConsentPage } from './pages/consent.ts'
import { createDocs } from './pages/docs.ts'
import {
  createInvitationForm,
  createInvitationPage,
  createInvitationRoute,
  type InvitationDoor,
} from './pages/invitation.ts'
import { createOpenApi } from './pages/openapi.ts'
import { createWelcome } from './pages/welcome.ts'
import { inRouteOrder, operationHandler } from './routes.ts'
import { createEventStreams, type EventStreams } from './streams/event-stream.ts'

export interface AppParts {
  readonly gateway: Gateway
  readonly authenticate: GateParts['authenticate']
  readonly rateLimit: GateParts['rateLimit']
  readonly mcp: { fetch(request: Request, actor: Actor, admitted: Admitted): Promise<Response> }
  ready(): Promise<Readiness>
  /** True from the moment the process was asked to stop. */
  isDraining(): boolean
  /** Whether every call needs a key. */
  readonly keysRequired: boolean
  /** The sign that a request was forwarded. Absent: forwarding cannot be recognized. */
  signOfForwarding?(request: Request): string | undefined
  /** The program as an absolute command, for configuration snippets of clients that start it themselves. */
  readonly command?: readonly string[]
  /** Absent: programs of this machine cannot verify that this is their gateway. */
  readonly machineProof?: MachineProof
  /** Absent: nobody is sent back here by a service. */
  readonly consent?: ConsentDoor
  /** Absent: nobody comes in with an invitation. */
  readonly invitations?: InvitationDoor
  /** Absent: no mail has links. */
  readonly mail?: MailDoors
  /** Passed in by a caller that wants to end them. */
  readonly streams?: EventStreams
  /** Absent: no service can report anything. */
  readonly hooks?: HookParts
  /** Absent: no service has routes of its own. */
  readonly services?: ServiceReports
  readonly limits?: GivenLimits
  /** Passed in by a caller that counts what is open; absent: made from `limits`. */
  readonly places?: Places
  /** The address under which a request without a key is counted; by default all share one. */
  addressOf?(request: Request): string
  /** Origins of other sites whose pages may call, e.g. `https://app.example.com`; none by default. */
  readonly origins?: readonly string[]
}

/** Builds the application once; it has nothing that must be closed. */
export function createApp(parts: AppParts): Hono<GateEnv> {
  const { gateway } = parts
  // A slash at the end of a path makes no difference.
  const app = new Hono<GateEnv>({ strict: false })
  const cors = createCors(parts.origins ?? [])
  const gate = createGate({
    ...{ ...parts, log: gateway.log, cors },
    places: parts.places ?? createPlaces(parts.limits),
    addressOf: parts.addressOf ?? (() => 'anywhere'),
  })

  const streams = parts.streams ?? createEventStreams(parts)
  for (const operation of inRouteOrder(gateway.operations)) {
    app.on(operation.method, operation.path, gate.guarded(operationHandler(gateway, operation, streams)))
  }
  const serveMcp: Handle = (admitted) => parts.mcp.fetch(admitted.request, admitted.actor, admitted)
  app.on(['GET', 'POST', 'DELETE'], '/mcp', gate.guarded(serveMcp))
  const { hooks } = parts
  if (hooks !== undefined) app.on('POST', [...HOOK_ROUTES], gate.service(createHookHandler(hooks), '/hooks'))
  for (const path of parts.services?.paths ?? [])
    if (parts.services) app.post(path, gate.service(createServiceHandler(parts.services, path), path))
  app.get('/', gate.page(createWelcome(parts)))
  app.get('/docs', gate.page(createDocs(gateway, parts.keysRequired)))
  app.get('/openapi.json', gate.page(createOpenApi(gateway, parts.keysRequired)))
  app.get('/healthz', gate.open(liveness))
  app.get('/readyz', gate.open(createReadiness(parts.ready, parts.isDraining)))
  if (parts.machineProof) app.get('/proof', gate.open(createMachineProof(parts.machineProof)))
  if (parts.consent) {
    app.get('/oauth/callback', gate.page(createConsentPage(parts.consent)))
    app.post('/oauth/callback', gate.page(createConsentForm(parts.consent)))
  }
  if (parts.invitations) {
    app.get('/invite/:token', gate.visitor(createInvitationPage(parts.invitations)))
    app.post('/invite/:token', gate.visitor(createInvitationForm(parts.invitations)))
    app.post('/v1/people/accept-invitation', gate.visitor(createInvitationRoute(parts.invitations)))
  }
  for (const { path, page, form } of parts.mail ? mailRoutes(parts.mail) : []) {
    app.get(path, gate.visitor(page))
    app.post(path, gate.visitor(form))
  }
  app.notFound(gate.open(createUnrouted(app, cors)))
  return app
}
