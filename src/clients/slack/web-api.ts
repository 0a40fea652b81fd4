/** Calls methods of Slack's Web API, each once: the caller decides what may be repeated. */
import type { SlackAnswer, SlackApi } from '../../core/outbound/slack.ts'
import { withoutUnsafe } from '../../core/text/unsafe.ts'
import { createFileTransfer } from './file-transfer.ts'
import { waitOf, whyOf } from './http.ts'

/** Milliseconds within which Slack must have answered. */
const ANSWER_MAX_MS = 10_000
const TOO_MANY_REQUESTS = 429
const REQUEST_TIMEOUT = 408

/** By Slack's own words, part of the work may have been done before these. */
const UNCLEAR_ERRORS: ReadonlySet<string> = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
])
const LIMIT_ERRORS: ReadonlySet<string> = new Set(['ratelimited', 'rate_limited'])

type SlackBody = Readonly<Record<string, unknown>>

/** `url`: where the methods are: `https://slack.com/api`. */
export function createSlackApi(url: string, answerMaxMs: number = ANSWER_MAX_MS): SlackApi {
  const base = url.replace(/\/$/, '')
  async function send(target: string, init: RequestInit, signal: AbortSignal): Promise<SlackAnswer> {
    const late = AbortSignal.timeout(answerMaxMs)
    try {
      // A redirect would carry the token elsewhere.
      const answer = await fetch(target, {
        ...init,
        method: 'POST',
        redirect: 'manual',
        signal: AbortSignal.any([signal, late]),
      })
      return await read(answer)
    } catch (thrown) {
      return { kind: 'unclear', why: late.aborted ? `no answer within ${answerMaxMs} ms` : whyOf(thrown) }
    }
  }

  return {
    ...createFileTransfer(url),
    async call(method, args, { token, signal }) {
      const headers = token === null ? {} : { authorization: `Bearer ${token}` }
      return await send(`${base}/${method}`, { headers, body: formOf(args) }, signal)
    },
    async respond(target, answer, signal) {
      const headers = { 'content-type': 'application/json' }
      return await send(target, { headers, body: JSON.stringify(answer, safely) }, signal)
    },
  }
}

/** Nested values are sent as JSON, as Slack wants them. */
function formOf(args: object): URLSearchParams {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(args)) {
    if (value === undefined) continue
    form.set(name, typeof value === 'object' ? JSON.stringify(value, safely) : withoutUnsafe(String(value)))
  }
  return form
}

/** Names and titles come from people, and none of them may reorder what is around it. */
function safely(_name: string, value: unknown): unknown {
  return typeof value === 'string' ? withoutUnsafe(value) : value
}

async function read(answer: Response): Promise<SlackAnswer> {
  const { status, headers } = answer
  const text = await answer.text()
  if (status === TOO_MANY_REQUESTS) return { kind: 'limited', retryAfterMs: waitOf(headers) }
  if (status >= 500 || status === REQUEST_TIMEOUT) return { kind: 'unclear', why: `status ${status}` }
  if (status !== 200) return { kind: 'refused', error: `http_${status}`, messages: [] }
  const body = bodyOf(text)
  if (body === undefined) return { kind: 'unclear', why: 'the answer is not JSON' }
  if (body.ok === true) return { kind: 'ok', body, scopes: scopesOf(headers) }
  return refusalOf(body, headers)
}

function refusalOf(body: SlackBody, headers: Headers): SlackAnswer {
  const error = typeof body.error === 'string' ? body.error : 'unknown_error'
  if (LIMIT_ERRORS.has(error)) return { kind: 'limited', retryAfterMs: waitOf(headers) }
  if (UNCLEAR_ERRORS.has(error)) return { kind: 'unclear', why: error }
  const needed = typeof body.needed === 'string' ? body.needed : undefined
  return { kind: 'refused', error, ...(needed !== undefined && { needed }), messages: messagesOf(body) }
}

/** Slack names the faults of blocks in either place. */
function messagesOf({ errors, response_metadata: metadata }: SlackBody): string[] {
  const { messages } = (metadata ?? {}) as { messages?: unknown }
  return [errors, messages].flatMap((texts) => (Array.isArray(texts) ? texts.map(String) : []))
}

/** A response URL answers `ok` without JSON. */
function bodyOf(text: string): SlackBody | undefined {
  if (text === 'ok' || text === '') return { ok: true }
  try {
    const body: unknown = JSON.parse(text)
    return typeof body === 'object' && body !== null ? (body as SlackBody) : undefined
  } catch {
    return undefined
  }
}

function scopesOf(headers: Headers): string[] {
  const scopes = headers.get('x-oauth-scopes') ?? ''
  return scopes.split(',').flatMap((scope) => scope.trim() || [])
}
