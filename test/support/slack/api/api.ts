/** The Web API: a token, its scopes, the limits, the faults, then the method. */
import type { HttpBindings } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import type { ApiFault } from '../faults.ts'
import type { Installation } from '../world/app.ts'
import type { Json } from '../world/wire.ts'
import { type Arguments, readArguments } from './arguments.ts'
import { assertAppToken, assertScope, installationOf, scopeHeaders } from './authorize.ts'
import type { Method, Services } from './method.ts'
import { METHODS } from './methods/methods.ts'
import { Rates } from './rates.ts'
import { Refusal, refuse } from './refusal.ts'

type Env = { Bindings: HttpBindings }

/** A call that came in, for tests to look at. */
export interface SeenCall {
  readonly method: string
  readonly teamId: string | undefined
  readonly args: Json
}

interface Outcome {
  readonly status: 200 | 429
  readonly body: Json
  readonly headers: Record<string, string>
}

const BY_NAME = new Map(METHODS.map((method) => [method.name, method]))

export function webApi(services: Services, seen: SeenCall[]) {
  const { world, faults } = services
  const rates = new Rates(world.clock)
  const app = new Hono<Env>()

  app.all('/:method', async (context) => {
    const name = context.req.param('method')
    const { args, token } = await readArguments(context.req.raw)
    const fault = faults.takeApi(name)
    if (fault === undefined) return answer(context, perform(name, args, token))
    if ('isDone' in fault && fault.isDone) perform(name, args, token)
    return fail(context, fault)
  })

  app.onError((error, context) => {
    if (error instanceof Refusal) return context.json(error.body)
    throw error
  })

  function perform(name: string, args: Arguments, token: string | undefined): Outcome {
    const headers: Record<string, string> = {}
    try {
      const method = BY_NAME.get(name) ?? refuse('unknown_method', { req_method: name })
      return call(method, { args, token, headers })
    } catch (error) {
      if (error instanceof Refusal) return { status: 200, body: error.body, headers }
      throw error
    }
  }

  function call(method: Method, { args, token, headers }: Asked): Outcome {
    if (method.token !== 'bot') {
      if (method.token === 'app') assertAppToken(world, token)
      note(method, args)
      return (
        limit(method, args) ?? {
          status: 200,
          body: { ok: true, ...method.run({ ...services, args }) },
          headers,
        }
      )
    }
    const installation = installationOf(world, token)
    Object.assign(headers, scopeHeaders(installation, method.scopes))
    assertScope(installation, method.scopes)
    const { workspace } = installation
    note(method, args, installation)
    const limited = limit(method, args, installation)
    if (limited !== undefined) return limited
    const result = method.run({ ...services, args, installation, workspace, bot: workspace.bot })
    return { status: 200, body: { ok: true, ...result }, headers }
  }

  function note({ name }: Method, args: Arguments, installation?: Installation): void {
    seen.push({ method: name, teamId: installation?.workspace.id, args: args.all() })
  }

  function limit({ name, rate }: Method, args: Arguments, installation?: Installation): Outcome | undefined {
    if (!faults.limits) return undefined
    const teamId = installation?.workspace.id ?? 'app'
    const seconds = rates.count({
      method: name,
      rate,
      teamId,
      channelId: args.text('channel'),
      isUnlisted: world.app.isUnlisted,
    })
    return seconds === undefined ? undefined : limitedFor(seconds)
  }

  return app
}

interface Asked {
  readonly args: Arguments
  readonly token: string | undefined
  /** What the answer says in its headers, a refusal too. */
  readonly headers: Record<string, string>
}

function answer(context: Context<Env>, { status, body, headers }: Outcome): Response {
  return context.json(body, status, headers)
}

function limitedFor(seconds: number): Outcome {
  return {
    status: 429,
    body: { ok: false, error: 'ratelimited' },
    headers: { 'retry-after': String(seconds) },
  }
}

function fail(context: Context<Env>, fault: ApiFault): Response | Promise<Response> {
  if (fault.kind === 'limited') return answer(context, limitedFor(fault.retryAfterSeconds))
  if (fault.kind === 'error') return context.json({ ok: false, error: fault.error })
  if (fault.kind === 'status') return new Response('Something went wrong.', { status: fault.status })
  // A call that hangs keeps its connection until the client gives up or the stand-in stops.
  if (fault.kind === 'lost') context.env.outgoing.destroy()
  // Nothing else answers it.
  return new Promise(() => undefined)
}
