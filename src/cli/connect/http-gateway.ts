/** A gateway in another process, called over HTTP: the same operations, answers and errors. */
import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import type { Gateway } from '../../core/area/gateway.ts'
import type { Call, Outcome } from '../../core/call/call.ts'
import { parseInput } from '../../core/call/input.ts'
import { AppError, ERROR_KINDS, type ErrorCode, type InputIssue } from '../../core/errors.ts'
import { isMeantFor, notForCaller } from '../../core/operation/catalog.ts'
import type { Log } from '../../core/operation/context.ts'
import type { Operation } from '../../core/operation/operation.ts'
import { encodeInput } from '../../core/operation/wire.ts'
import { backoff, retry } from '../../core/retry.ts'
import type { Authorize } from './authorize.ts'
import { GatewayGone, isGone } from './gateway-gone.ts'

export interface HttpGatewayOptions {
  readonly url: string
  /** Called for each call; absent: calls do not identify their caller. */
  readonly authorize?: Authorize | undefined
  readonly operations: readonly Operation[]
  readonly log: Log
  readonly version: string
}

/** Attempts of one call, if repeating it is safe. */
const ATTEMPTS_MAX = 3

/** The pause before the second attempt, unless the gateway names a time. */
const RETRY_PAUSE_MS = 250

/** Bad gateway, unavailable, timed out. */
const PROXY_ERROR_MIN_STATUS = 502

/** If a gateway asks for a longer pause than this, the call fails instead. */
const RETRY_PAUSE_MAX_MS = 3000

const RETRY_DELAY_MS = backoff({ firstMs: RETRY_PAUSE_MS, maxMs: RETRY_PAUSE_MAX_MS })

export function createHttpGateway(options: HttpGatewayOptions): Gateway {
  return {
    operations: options.operations,
    log: options.log,
    version: options.version,
    invoke: (operation, input, call) => invokeOverHttp(options, { operation, input, call }),
    // Only callers with a connection of their own learn of changes; single calls learn of none.
    watch: () => () => undefined,
    watchFor: () => () => undefined,
  }
}

interface Request<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodObject = z.ZodObject> {
  readonly operation: Operation<Input, Output>
  readonly input: unknown
  readonly call: Call
}

async function invokeOverHttp<Input extends z.ZodObject, Output extends z.ZodObject>(
  options: HttpGatewayOptions,
  { operation, input, call }: Request<Input, Output>,
): Promise<Outcome<z.output<Output>>> {
  // The gateway sees a call over HTTP, where secrets may be shown; what this door may show is decided here.
  if (!isMeantFor(operation, call.actor, call.door)) throw notForCaller(operation, call.actor)
  parseInput(operation, input)
  const key = call.idempotencyKey ?? (operation.repeat === 'keyed' ? randomUUID() : undefined)
  const request = { operation, input, call: key === undefined ? call : { ...call, idempotencyKey: key } }
  // Every call may be repeated: it reads, has no further effect when repeated, or carries a key.
  const plan = { attempts: ATTEMPTS_MAX, retryIf: isPassing, delayMs: RETRY_DELAY_MS, signal: call.signal }
  return await retry(() => attemptOnce(options, request), plan).catch((thrown: unknown) => {
    throw call.signal?.aborted ? cancelled() : thrown
  })
}

function isPassing(thrown: unknown): boolean {
  if (!(thrown instanceof AppError) || isGone(thrown)) return false
  const { code, retryAfterMs = 0 } = thrown
  return (code === 'unavailable' || code === 'in_progress') && retryAfterMs <= RETRY_PAUSE_MAX_MS
}

async function attemptOnce<Input extends z.ZodObject, Output extends z.ZodObject>(
  { url, authorize }: HttpGatewayOptions,
  { operation, input, call }: Request<Input, Output>,
): Promise<Outcome<z.output<Output>>> {
  const { target, body } = encodeInput(operation, isRecord(input) ? input : {})
  const headers = new Headers({ accept: 'application/json' })
  const authorization = await authorize?.()
  if (authorization !== undefined) headers.set('authorization', authorization)
  if (body !== undefined) headers.set('content-type', 'application/json')
  if (call.requestId !== undefined) headers.set('x-request-id', call.requestId)
  if (call.idempotencyKey !== undefined) headers.set('idempotency-key', call.idempotencyKey)
  const response = await send(`${url}${target}`, {
    method: operation.method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(call.signal === undefined ? {} : { signal: call.signal }),
  })
  const answer = await readAnswer(response, call.signal)
  if (!response.ok) throw errorFrom(response, answer)
  const output = operation.output.safeParse(answer)
  if (!output.success) throw notOurs(response)
  return { output: output.data, replayed: response.headers.get('idempotency-replayed') === 'true' }
}

/** Sends to this address and no other: a gateway never redirects, and another server would receive the call and its key. */
export async function send(url: string, init: RequestInit): Promise<Response> {
  let response: Response
  try {
    response = await fetch(url, { ...init, redirect: 'manual' })
  } catch (cause) {
    throw networkError(url, init.signal, cause)
  }
  if (!REDIRECTS.includes(response.status)) return response
  await response.body?.cancel()
  throw redirected(url, response.headers.get('location'))
}

const REDIRECTS = [301, 302, 303, 307, 308]

function redirected(url: string, location: string | null): AppError {
  const { origin } = new URL(url)
  const to =
    location !== null && URL.canParse(location, url) ? new URL(location, url).origin : 'another address'
  return new AppError('unavailable', `${origin} redirects to ${to}, where nothing was sent.`, {
    fix: `If your gateway is there, give that address with --url or SWITCHBOARD_URL.`,
    cause: new GatewayGone('redirected'),
  })
}

export async function readAnswer(response: Response, signal: AbortSignal | undefined): Promise<unknown> {
  let text: string
  try {
    text = await response.text()
  } catch (cause) {
    throw networkError(response.url, signal, cause)
  }
  try {
    return JSON.parse(text)
  } catch {
    throw notOurs(response)
  }
}

export function networkError(url: string, signal: AbortSignal | null | undefined, thrown: unknown): AppError {
  if (signal?.aborted) return cancelled()
  const cause = thrown instanceof Error ? (thrown.cause ?? thrown) : thrown
  const { origin } = new URL(url)
  return new AppError('unavailable', `No gateway answers at ${origin}.`, {
    fix: 'Start one with npm start, or give the address of one that runs with --url or SWITCHBOARD_URL.',
    cause,
  })
}

export function cancelled(): AppError {
  return new AppError('cancelled', 'The call was cancelled.')
}

/** Turns problem details back into the error that they came from. */
export function errorFrom(response: Response, problem: unknown): AppError {
  if (!isRecord(problem) || typeof problem.code !== 'string' || !isErrorCode(problem.code))
    return notOurs(response)
  const message = typeof problem.detail === 'string' ? problem.detail : ERROR_KINDS[problem.code].title
  const fix = typeof problem.fix === 'string' ? problem.fix : undefined
  return new AppError(problem.code, message, {
    fix: problem.code === 'unauthenticated' ? KEY_FIX : fix,
    retryAfterMs: typeof problem.retryAfterMs === 'number' ? problem.retryAfterMs : undefined,
    issues: Array.isArray(problem.issues) ? problem.issues.filter(isIssue) : undefined,
  })
}

const KEY_FIX =
  'Put an active key into SWITCHBOARD_KEY, or into the file `key` in SWITCHBOARD_HOME (chmod 600). On the machine of the gateway, `switchboard keys create` without a key creates one.'

/** A proxy may answer in place of a gateway that is unavailable; any other program will keep answering in this way. */
function notOurs({ status, url }: Response): AppError {
  return new AppError(
    status >= PROXY_ERROR_MIN_STATUS ? 'unavailable' : 'internal',
    `The program at ${new URL(url).origin} is not a gateway of this version (HTTP ${status}).`,
    { fix: 'Check the address, and that both sides run the same version: switchboard doctor shows both.' },
  )
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_KINDS, code)
}

function isIssue(value: unknown): value is InputIssue {
  return isRecord(value) && typeof value.path === 'string' && typeof value.message === 'string'
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
