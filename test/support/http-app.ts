/** The HTTP application on a gateway in memory, with operations that show what the door does with each call. */
import { z } from 'zod'
import { AppError, ERROR_KINDS, type ErrorCode } from '../../src/core/errors.ts'
import type { Actor } from '../../src/core/operation/actor.ts'
import { defineOperation, type Operation } from '../../src/core/operation/operation.ts'
import { type AppParts, createApp } from '../../src/server/app.ts'
import { type Fixture, LOCAL_PERSON, openFixture } from './world/fixture-operations.ts'

const CODES = Object.keys(ERROR_KINDS) as [ErrorCode, ...ErrorCode[]]

/** Milliseconds that a failing operation asks to wait: not a whole second, to show the rounding. */
export const FAILURE_RETRY_MS = 1500

const shape = {
  input: z.object({
    thingId: z.string(),
    count: z.int().optional(),
    tags: z.array(z.string()).optional(),
    due: z.object({ date: z.string() }).nullable().optional(),
  }),
  output: z.object({ got: z.unknown() }),
  example: { thingId: 'a' },
  tell: () => '',
}

export const doorOperations: readonly Operation[] = [
  defineOperation({
    ...shape,
    name: 'things.get',
    summary: 'Give back what came in.',
    route: 'GET /v1/things/:thingId',
    scope: 'tasks:read',
    effect: 'read',
    repeat: 'natural',
    run: async (got) => ({ got }),
  }),
  defineOperation({
    ...shape,
    name: 'things.update',
    summary: 'Give back what came in, as a write.',
    route: 'PATCH /v1/things/:thingId',
    scope: 'tasks:write',
    effect: 'write',
    repeat: 'natural',
    run: async (got) => ({ got }),
  }),
  defineOperation({
    ...shape,
    name: 'things.delete',
    summary: 'Destroy a thing.',
    route: 'DELETE /v1/things/:thingId',
    scope: 'tasks:write',
    effect: 'destroy',
    repeat: 'natural',
    run: async (got) => ({ got }),
  }),
  defineOperation({
    ...shape,
    name: 'things.special',
    summary: 'Stand beside a path with a parameter.',
    route: 'GET /v1/things/special',
    input: z.object({}),
    example: {},
    scope: 'tasks:read',
    effect: 'read',
    repeat: 'natural',
    run: async () => ({ got: 'special' }),
  }),
  defineOperation({
    name: 'failures.make',
    summary: 'Fail as asked.',
    route: 'POST /v1/failures',
    input: z.object({ code: z.enum(CODES), silent: z.boolean().optional() }),
    output: z.object({}),
    example: { code: 'conflict' },
    scope: 'tasks:read',
    effect: 'read',
    repeat: 'natural',
    run: async ({ code }) => {
      throw new AppError(code, `It is ${code}.`, {
        fix: 'Do otherwise.',
        retryAfterMs: FAILURE_RETRY_MS,
        issues: [{ path: 'code', message: 'as asked' }],
        cause: new Error('secret: hunter2'),
      })
    },
    tell: () => '',
  }),
]

export interface TestApp {
  readonly app: ReturnType<typeof createApp>
  readonly fixture: Fixture
  /** Sends JSON. */
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>
}

export function openApp(parts: Partial<AppParts> = {}, actor: Actor = LOCAL_PERSON): TestApp {
  const fixture = openFixture(doorOperations)
  const app = createApp({
    gateway: fixture.gateway,
    authenticate: async () => actor,
    rateLimit: async () => ({}),
    mcp: { fetch: async () => Response.json({ door: 'mcp' }) },
    ready: async () => ({ ok: true, checks: { store: 'ok' } }),
    isDraining: () => false,
    keysRequired: false,
    ...parts,
  })
  return {
    app,
    fixture,
    send: async (method, path, body, headers = {}) =>
      app.request(path, {
        method,
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
  }
}
