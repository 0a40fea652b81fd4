/** Speaks to Todoist's API v1 with one account, each request once. */
import type { Access, AccountAtService } from '../../core/area/connector.ts'
import { AppError } from '../../core/errors.ts'
import {
  type Downloaded,
  readFault,
  type TodoistAnswer,
  type TodoistClient,
  type TodoistFault,
} from '../../core/outbound/todoist.ts'
import { isJsonObject, type JsonObject, parseJson } from '../../core/text/json.ts'
import { readBounded, readBytes } from '../outbound/read-bounded.ts'

/** Bytes of an answer: an account of 50,000 tasks has about half as many. */
const ANSWER_MAX_BYTES = 64 * 1_048_576
/** Milliseconds within which Todoist must have answered: it works on a request for at most 15 seconds. */
const ANSWER_MAX_MS = 30_000
/** Milliseconds to wait where Todoist does not say how long. */
const STANDARD_WAIT_MS = 30_000
/** The longest pause that Todoist may ask for, in milliseconds. */
const WAIT_MAX_MS = 3_600_000
const SECOND_MS = 1000
const UNAUTHORIZED = 401
const FORBIDDEN = 403
const REQUEST_TIMEOUT = 408
const TOO_MANY_REQUESTS = 429
const SERVER_ERROR = 500

type Refused = Access['refused']

interface Sent {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: object | FormData
}

/** `url`: where the API is: `https://api.todoist.com`. */
export function createTodoistClient(
  { token, refused }: Pick<Access, 'token' | 'refused'>,
  url: string,
  answerMaxMs: number = ANSWER_MAX_MS,
): TodoistClient {
  async function send({ method, path, body }: Sent, signal: AbortSignal): Promise<TodoistAnswer> {
    const late = AbortSignal.timeout(answerMaxMs)
    const authorization = `Bearer ${token}`
    const content = body && { body: body instanceof FormData ? body : JSON.stringify(body) }
    const type = body === undefined || body instanceof FormData ? undefined : JSON_CONTENT
    try {
      // A redirect would carry the token elsewhere.
      const answer = await fetch(`${url}/api/v1${path}`, {
        ...{ method, redirect: 'manual', signal: AbortSignal.any([signal, late]) },
        headers: { authorization, accept: 'application/json', ...type },
        ...content,
      })
      return await read(answer, refused)
    } catch (thrown) {
      return unclear(thrown, late)
    }
  }

  async function download(address: URL, maxBytes: number, signal: AbortSignal): Promise<Downloaded> {
    const late = AbortSignal.timeout(answerMaxMs)
    try {
      const answer = await fetch(address, {
        ...{ redirect: 'manual', signal: AbortSignal.any([signal, late]) },
        headers: { authorization: `Bearer ${token}` },
      })
      if (!answer.ok) {
        const failed = await read(answer, refused)
        return failed.kind === 'ok'
          ? { kind: 'unclear', why: 'no file came', retryAfterMs: undefined }
          : failed
      }
      const type = answer.headers.get('content-type') ?? 'application/octet-stream'
      const name = decodeURIComponent(address.pathname.split('/').at(-1) ?? '')
      return { kind: 'ok', file: { name, type, bytes: await readBytes(answer, maxBytes) } }
    } catch (thrown) {
      return unclear(thrown, late)
    }
  }

  /** @throws AppError for the refusal of the account */
  function unclear(thrown: unknown, late: AbortSignal) {
    if (thrown instanceof AppError) throw thrown
    const why = late.aborted ? `no answer within ${answerMaxMs / SECOND_MS} seconds` : whyOf(thrown)
    return { kind: 'unclear' as const, why, retryAfterMs: undefined }
  }

  return {
    async sync({ syncToken, commands }, signal) {
      const body = {
        sync_token: syncToken ?? '*',
        resource_types: ['all'],
        ...(commands.length > 0 && { commands }),
      }
      return await send({ method: 'POST', path: '/sync', body }, signal)
    },
    async quickAdd({ text, note }, signal) {
      const body = { text, ...(note !== undefined && { note }), meta: true }
      return await send({ method: 'POST', path: '/tasks/quick', body }, signal)
    },
    async read(path, query, signal) {
      const search = new URLSearchParams(query).toString()
      return await send({ method: 'GET', path: search === '' ? path : `${path}?${search}` }, signal)
    },
    order: (path, signal) => send({ method: 'POST', path, body: {} }, signal),
    async send({ path, file, fields = {} }, signal) {
      const form = new FormData()
      for (const [name, value] of Object.entries(fields)) form.set(name, value)
      form.set('file', new Blob([file.bytes], { type: file.type }), file.name)
      return await send({ method: 'POST', path, body: form }, signal)
    },
    async download(address, maxBytes, signal) {
      const at = URL.canParse(address) ? new URL(address) : undefined
      if (at === undefined || !isTodoists(at, new URL(url)))
        return { kind: 'refused', fault: elsewhere(address) }
      return await download(at, maxBytes, signal)
    },
    async whoIs(signal) {
      return accountOf(await send({ method: 'GET', path: '/user' }, signal))
    },
  }
}

/** Attachments may also be at addresses of others, to which no token goes. */
function isTodoists(address: URL, api: URL): boolean {
  if (address.origin === api.origin) return true
  return address.protocol === 'https:' && /(^|\.)todoist\.com$/.test(address.hostname) && address.port === ''
}

function elsewhere(address: string): TodoistFault {
  const message = `The file is not at Todoist but at ${address}`
  return { status: FORBIDDEN, tag: 'NOT_AT_TODOIST', message, extra: {} }
}

const JSON_CONTENT = { 'content-type': 'application/json' }

/** @throws the refusal of the account */
async function read(answer: Response, refused: Refused): Promise<TodoistAnswer> {
  const { status, headers } = answer
  const text = await readBounded(answer, ANSWER_MAX_BYTES)
  const body = bodyOf(text)
  if (status === UNAUTHORIZED) throw refused(new Error(`Todoist answered ${status}`))
  const retryAfterMs = waitOf(headers, body)
  if (status === TOO_MANY_REQUESTS) return { kind: 'limited', retryAfterMs: retryAfterMs ?? STANDARD_WAIT_MS }
  if (status >= SERVER_ERROR || status === REQUEST_TIMEOUT)
    return { kind: 'unclear', why: `Todoist answered ${status}`, retryAfterMs }
  if (!answer.ok) return { kind: 'refused', fault: readFault(body ?? {}, status) }
  if (body === undefined)
    return { kind: 'unclear', why: 'the answer is not a JSON object', retryAfterMs: undefined }
  return { kind: 'ok', body }
}

function bodyOf(text: string): JsonObject | undefined {
  const body = parseJson(text)
  // Some lists come without pages, and some answers without a body.
  if (Array.isArray(body)) return { results: body }
  return isJsonObject(body) ? body : undefined
}

/** Todoist says it in the body; a proxy before it may say it in a header. */
function waitOf(headers: Headers, body: JsonObject | undefined): number | undefined {
  const said = body === undefined ? undefined : readFault(body, 0).extra.retry_after
  const seconds = Number(said ?? headers.get('retry-after') ?? Number.NaN)
  return seconds > 0 ? Math.min(seconds * SECOND_MS, WAIT_MAX_MS) : undefined
}

/** Why a request failed, in words; the codes are those of Node and of undici. */
function whyOf(thrown: unknown): string {
  const { cause, message } = thrown as Error & { cause?: { code?: string; message?: string } }
  return FAILURES[cause?.code ?? ''] ?? cause?.message ?? message
}

const FAILURES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing answers at its address',
  ECONNRESET: 'the connection broke off',
  UND_ERR_SOCKET: 'the connection broke off',
  ENOTFOUND: 'its address cannot be looked up',
  EAI_AGAIN: 'its address cannot be looked up',
  ETIMEDOUT: 'no connection within the time',
  UND_ERR_CONNECT_TIMEOUT: 'no connection within the time',
}

/** @throws AppError */
function accountOf(answer: TodoistAnswer): AccountAtService {
  switch (answer.kind) {
    case 'limited':
      throw new AppError('rate_limited', 'Todoist takes no more requests for now.', {
        fix: 'Try again later.',
        retryAfterMs: answer.retryAfterMs,
      })
    case 'unclear':
      throw notThere(answer.why, answer.retryAfterMs)
    case 'refused':
      throw new AppError('forbidden', `Todoist does not say whose account it is: ${answer.fault.message}`, {
        fix: 'Connect the account with a token that may read its user.',
      })
    case 'ok': {
      const { id, email, full_name: name } = answer.body
      if (typeof id !== 'string' && typeof id !== 'number')
        throw notThere('its answer names no user', undefined)
      return { id: String(id), name: String(email ?? name ?? id) }
    }
  }
}

function notThere(why: string, retryAfterMs: number | undefined): AppError {
  return new AppError('unavailable', `Todoist could not be asked: ${why}.`, {
    fix: 'Try again in a moment.',
    retryAfterMs,
  })
}
