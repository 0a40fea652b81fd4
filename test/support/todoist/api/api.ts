/** The API on the wire: a token, its scope, the quotas, the faults, then the call. */
import type { HttpBindings } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { ApiError, invalid, notFound, tooMany, unauthorized } from '../api-error.ts'
import type { ApiFault, Faults } from '../faults.ts'
import { type Access, assertScope } from '../sync/scopes.ts'
import { isFull, readSyncBody, type Syncs } from '../sync/sync.ts'
import type { Json } from '../world/wire.ts'
import type { World } from '../world/world.ts'
import { COMMENT_ROUTES } from './comments.ts'
import { COMPLETED_ROUTES } from './completed.ts'
import { INSIGHT_ROUTES } from './insights.ts'
import { MORE_PLACE_ROUTES } from './more-places.ts'
import { PLACE_ROUTES } from './places.ts'
import { Quotas } from './quotas.ts'
import { readBody } from './read-body.ts'
import { type Call, FileAnswer, NOTHING, type Route } from './route.ts'
import { TASK_ROUTES } from './tasks.ts'

type Env = { Bindings: HttpBindings }

/** A call that came in with a valid token, for tests to look at. */
export interface SeenCall {
  /** `POST /sync`, `POST /tasks/:id/close`. */
  readonly route: string
  readonly personId: string
  readonly atMs: number
  readonly query: Record<string, string>
  readonly body: Json
}

export interface Services {
  readonly world: World
  readonly faults: Faults
  readonly syncs: Syncs
  accessOf(token: string): Access | undefined
}

interface Outcome {
  readonly status: number
  readonly body: unknown
}

const MAX_BODY_BYTES = 1024 * 1024
const MAX_REQUEST_ID_BYTES = 36

export function todoistApi(services: Services, seen: SeenCall[]) {
  const { world, faults, syncs } = services
  const quotas = new Quotas(world.clock)
  const answered = new Map<string, Outcome>()
  const app = new Hono<Env>()

  const sync: Route = {
    method: 'POST',
    path: '/sync',
    run({ access, body }) {
      const asked = readSyncBody(body)
      if (asked.resourceTypes.length > 0) assertScope(access, 'data:read')
      const seconds = faults.quotas ? quotas.count(access.person.id, isFull(asked)) : undefined
      if (seconds !== undefined) throw tooMany(seconds)
      return syncs.answer(access, asked)
    },
  }

  // Paths without parameters come before those with some.
  const routes = [
    sync,
    ...COMPLETED_ROUTES,
    ...TASK_ROUTES,
    ...MORE_PLACE_ROUTES,
    ...PLACE_ROUTES,
    ...COMMENT_ROUTES,
    ...INSIGHT_ROUTES,
  ]
  for (const route of routes) {
    const name = `${route.method} ${route.path}`
    app.on(route.method, route.path, async (context) => {
      const read = await readCall(context, services)
      const fault = faults.takeApi(name)
      const isUntouched = fault !== undefined && 'isDone' in fault && !fault.isDone
      if (isUntouched || fault?.kind === 'limited' || fault?.kind === 'error') return strike(context, fault)
      const outcome = read instanceof ApiError ? outcomeOf(read) : perform(route, name, read)
      if (fault?.kind === 'slow')
        await new Promise<void>((resolve) => void world.clock.after(fault.delayMs, resolve))
      return fault === undefined || fault.kind === 'slow'
        ? send(context, outcome)
        : strike(context, fault, outcome)
    })
  }
  app.all('*', (context) => send(context, outcomeOf(refusal(() => notFound('Endpoint')))))

  function perform(route: Route, name: string, call: ReadCall): Outcome {
    const { access, requestId, ...rest } = call
    const { person } = access
    seen.push({
      route: name,
      personId: person.id,
      atMs: world.clock.now(),
      query: rest.query,
      body: rest.body,
    })
    const key =
      requestId &&
      world.switches.requestId === 'honoured' &&
      route.method === 'POST' &&
      `${person.id} ${requestId}`
    const before = key ? answered.get(key) : undefined
    if (before !== undefined) return before
    try {
      if (route.scope !== undefined) assertScope(access, route.scope)
      const body = route.run({ ...rest, access, world, person, faults })
      const isFile = body instanceof FileAnswer
      const outcome =
        body === NOTHING ? nothing(world) : { status: 200, body: isFile ? body : structuredClone(body) }
      if (key) answered.set(key, outcome)
      return outcome
    } catch (error) {
      return outcomeOf(error)
    }
  }

  return app
}

function nothing({ switches }: World): Outcome {
  return switches.closeAnswer === 'null' ? { status: 200, body: null } : { status: 204, body: undefined }
}

function outcomeOf(error: unknown): Outcome {
  if (error instanceof ApiError) return { status: error.status, body: error.body }
  throw error
}

type ReadCall = Pick<Call, 'access' | 'params' | 'query' | 'body' | 'upload'> & {
  requestId: string | undefined
}

async function readCall(context: Context<Env>, services: Services): Promise<ReadCall | ApiError> {
  const { req } = context
  const bytes = Buffer.from(await req.arrayBuffer())
  try {
    const token = /^Bearer (.+)$/i.exec(req.header('authorization') ?? '')?.[1]
    const access = services.accessOf(token ?? '') ?? unauthorized()
    if (bytes.length > MAX_BODY_BYTES && !/\/(?:uploads|templates)/.test(req.path))
      throw new ApiError(413, { message: 'Request too large', code: 413, tag: 'REQUEST_TOO_LARGE' })
    const requestId = req.header('x-request-id')
    if (requestId !== undefined && Buffer.byteLength(requestId) > MAX_REQUEST_ID_BYTES)
      invalid('X-Request-Id')
    const { body, upload } = await readBody(bytes, req.raw.headers)
    const params = req.param() as Record<string, string>
    return { access, params, query: req.query(), body, upload, requestId }
  } catch (error) {
    if (error instanceof ApiError) return error
    throw error
  }
}

function send(context: Context<Env>, { status, body }: Outcome): Response {
  if (body === undefined) return context.body(null, 204)
  if (body instanceof FileAnswer) {
    const headers = {
      'content-type': body.type,
      'content-disposition': `attachment; filename="${body.name}"`,
    }
    return new Response(new Uint8Array(body.bytes), { headers })
  }
  return context.json(body as object, status as 200)
}

function strike(context: Context<Env>, fault: ApiFault, outcome?: Outcome): Response | Promise<Response> {
  if (fault.kind === 'limited') return send(context, outcomeOf(tooMany(fault.retryAfterSeconds)))
  if (fault.kind === 'error') return send(context, outcomeOf(fault.error))
  if (fault.kind === 'status')
    return context.html('<html><body><h1>The service is unavailable</h1></body></html>', fault.status as 503)
  const { outgoing } = context.env
  if (fault.kind === 'cut') {
    const bytes = Buffer.from(JSON.stringify(outcome?.body))
    outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length })
    outgoing.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => outgoing.destroy())
  }
  // A call that hangs keeps its connection until the client gives up or the stand-in stops.
  if (fault.kind === 'lost') outgoing.destroy()
  // Nothing else answers it.
  return new Promise(() => undefined)
}

function refusal(act: () => never): unknown {
  try {
    return act()
  } catch (error) {
    return error
  }
}
