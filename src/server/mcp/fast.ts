/**
 * The fast lane: answers the hot methods (tools/list, tools/call, ping) without the SDK. It takes only requests that
 * are clearly valid in every header and field; any other is left to the SDK, which knows every rule and every refusal.
 */
import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  type Implementation,
  isInputRequiredResult,
  isSpecType,
  LOG_LEVEL_META_KEY,
  PROTOCOL_VERSION_META_KEY,
  type RequestId,
  SERVER_INFO_META_KEY,
  SUPPORTED_PROTOCOL_VERSIONS,
} from '@modelcontextprotocol/server'
import { newId } from '../../core/operation/ids.ts'
import { isJsonObject, type JsonObject } from '../../core/text/json.ts'
import { isTaskStarted } from './contents/task-wire.ts'
import { idempotencyKeyOf, progressParams, type Tool, type ToolCall } from './contents/tool.ts'
import { LIST_TTL_MS, type Toolbox } from './contents/tools.ts'
import type { ToolAnswer } from './exchange/answer.ts'
import type { Caller } from './exchange/caller.ts'
import { jsonResponse, progressStream } from './exchange/exchange.ts'
import type { OpenSession } from './sessions/session.ts'

/** The stateless revision of this lane; an older client's revision is agreed on when its session opens. */
export const MODERN_REVISION = '2026-07-28'

/** The prefix of an encoded header value, which the SDK decodes. */
const ENCODED_HEADER = '=?base64?'

const METHODS = new Set(['tools/call', 'tools/list', 'ping'])

const NEVER_ABORTED = new AbortController().signal

/** A clearly valid request of a hot method. */
interface HotRequest {
  readonly id: RequestId
  readonly method: string
  readonly params: JsonObject
  readonly meta: JsonObject
}

interface Served {
  readonly toolbox: Toolbox
  readonly info: Implementation
}

export interface FastRequest {
  readonly request: Request
  readonly body: unknown
  readonly caller: Caller
  /** The open session that the request names; null: it names none; undefined: the session must be looked up. */
  readonly session: OpenSession | null | undefined
}

/** Answers, or returns undefined for a request that is not for this lane. */
export type FastLane = (request: FastRequest) => Promise<Response> | undefined

export function createFastLane({ toolbox, info }: Served): FastLane {
  // What a 2026 result contains beyond a 2025 one, as the end of its JSON text.
  const identity = `"resultType":"complete","_meta":${JSON.stringify({ [SERVER_INFO_META_KEY]: info })}}`
  const listEnd = `,"ttlMs":${LIST_TTL_MS},"cacheScope":"private",${identity}`

  function list(id: RequestId, caller: Caller, isModern: boolean): Response {
    const tools = toolbox.listJson(caller)
    return jsonResponse(reply(id, isModern ? `{"tools":${tools}${listEnd}` : `{"tools":${tools}}`))
  }

  function resultJson(answer: ToolAnswer, isModern: boolean): string {
    if (!isModern) return answer.json
    const { _meta } = answer.result
    if (_meta === undefined) return `${answer.json.slice(0, -1)},${identity}`
    const meta = { ..._meta, [SERVER_INFO_META_KEY]: info }
    return JSON.stringify({ ...answer.result, resultType: 'complete', _meta: meta })
  }

  function call(hot: HotRequest, tool: Tool, fast: FastRequest, isModern: boolean): Promise<Response> {
    const { session } = fast
    const progressToken = hot.meta.progressToken
    // A 2026 client cancels by leaving; a 2025 client cancels by a notification in its session.
    const controller = session ? new AbortController() : undefined
    if (session && controller) session.running.set(hot.id, controller)
    return progressStream(async (notify) => {
      const report: ToolCall['report'] =
        progressToken === undefined || !fast.caller.takesStream
          ? undefined
          : (progress) => notify('notifications/progress', { progressToken, ...progressParams(progress) })
      try {
        const answer = await tool.run({
          caller: fast.caller,
          // Checked to be an object by `plainTool`.
          input: (hot.params.arguments ?? {}) as JsonObject,
          requestId: fast.caller.requestId ?? newId('req'),
          get signal() {
            return controller?.signal ?? (isModern ? fast.request.signal : NEVER_ABORTED)
          },
          idempotencyKey: idempotencyKeyOf(hot.meta),
          report,
        })
        if (isInputRequiredResult(answer) || isTaskStarted(answer)) {
          throw new Error(`${tool.definition.name} is plain, yet it asks or continues`)
        }
        return reply(hot.id, resultJson(answer, isModern))
      } finally {
        session?.running.delete(hot.id)
      }
    })
  }

  return (fast) => {
    const hot = hotRequest(fast.body)
    if (!hot) return undefined
    const isModern = PROTOCOL_VERSION_META_KEY in hot.meta
    if (!(isModern ? isPlainModern(hot, fast.request.headers) : isPlainLegacy(fast))) return undefined
    if (hot.method === 'tools/list') return Promise.resolve(list(hot.id, fast.caller, isModern))
    if (hot.method === 'ping')
      return isModern ? undefined : Promise.resolve(jsonResponse(reply(hot.id, '{}')))
    const tool = plainTool(toolbox, hot, fast.caller)
    return tool && call(hot, tool, fast, isModern)
  }
}

function reply(id: RequestId, resultJson: string): string {
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${resultJson}}`
}

function hotRequest(body: unknown): HotRequest | undefined {
  if (!isJsonObject(body) || body.jsonrpc !== '2.0') return undefined
  const { id, method, params = {} } = body
  if (typeof method !== 'string' || !METHODS.has(method)) return undefined
  if (typeof id !== 'string' && !Number.isSafeInteger(id)) return undefined
  if (!isJsonObject(params) || 'cursor' in params) return undefined
  // Answers to our questions belong to a call that began in the SDK's lane.
  if ('inputResponses' in params || 'requestState' in params || 'task' in params) return undefined
  const { _meta: meta = {} } = params
  if (!isJsonObject(meta) || !isProgressToken(meta.progressToken)) return undefined
  return { id: id as RequestId, method, params, meta }
}

function isProgressToken(token: unknown): boolean {
  return token === undefined || typeof token === 'string' || Number.isSafeInteger(token)
}

/** Whether the headers repeat the body, and the envelope is complete and well-formed. */
function isPlainModern({ method, params, meta }: HotRequest, headers: Headers): boolean {
  return (
    meta[PROTOCOL_VERSION_META_KEY] === MODERN_REVISION &&
    headers.get('mcp-protocol-version') === MODERN_REVISION &&
    headers.get('mcp-method') === method &&
    (method !== 'tools/call' || isPlainName(headers.get('mcp-name'), params.name)) &&
    isSpecType.ClientCapabilities(meta[CLIENT_CAPABILITIES_META_KEY]) &&
    isAbsentOr(meta[CLIENT_INFO_META_KEY], isSpecType.Implementation) &&
    isAbsentOr(meta[LOG_LEVEL_META_KEY], isSpecType.LoggingLevel)
  )
}

function isPlainName(header: string | null, name: unknown): boolean {
  return header === name && header !== null && !header.startsWith(ENCODED_HEADER)
}

function isAbsentOr(value: unknown, isValid: (value: unknown) => boolean): boolean {
  return value === undefined || isValid(value)
}

/** Whether it is a request within an open session, or one that names no session. */
function isPlainLegacy({ request: { headers }, session }: FastRequest): boolean {
  const version = headers.get('mcp-protocol-version')
  return session !== undefined && (version === null || SUPPORTED_PROTOCOL_VERSIONS.includes(version))
}

/** The tool of a call, if the call can be served without the SDK. */
function plainTool(toolbox: Toolbox, { params }: HotRequest, caller: Caller): Tool | undefined {
  const { name, arguments: input = {} } = params
  if (typeof name !== 'string' || !isJsonObject(input)) return undefined
  const tool = toolbox.find(name, caller)
  return tool?.isPlain(input) ? tool : undefined
}
