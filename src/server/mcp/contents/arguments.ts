/** Reads the arguments of a tool call as its client means them: known clients add fields, or encode arguments twice. */

import type { JsonSchema } from '../../../core/schema/json-schema.ts'
import { readJsonObject, readJsonTexts } from '../../../core/schema/json-texts.ts'
import { isJsonObject, type JsonObject } from '../../../core/text/json.ts'
import { IDEMPOTENCY_META_KEY } from './tool.ts'

/** Fields that clients add to the arguments of any tool, each with a public report about it. */
const ADDED_BY_CLIENTS: ReadonlyMap<string, string> = new Map([
  ['toolCallId', 'n8n: https://github.com/n8n-io/n8n/issues/21500'],
  ['sessionId', 'n8n: https://github.com/n8n-io/n8n/issues/37308'],
  ['action', 'n8n, from its chat trigger: https://github.com/n8n-io/n8n/issues/22787'],
  ['chatInput', 'n8n, from its chat trigger: https://github.com/n8n-io/n8n/issues/22787'],
  ['wait_for_previous', 'Gemini CLI: https://github.com/MemPalace/mempalace/pull/322'],
  ['_meta', 'ruby-mcp-client: https://github.com/simonx1/ruby-mcp-client/pull/179'],
  ['_auth_auth_type', 'mcpproxy: https://github.com/smart-mcp-proxy/mcpproxy-go/issues/322'],
])

/** The arguments for a tool with this schema. */
export function readArguments(schema: JsonSchema, given: JsonObject): JsonObject {
  const read = readJsonTexts(schema, withoutExtras(schema, given))
  return isJsonObject(read) ? read : given
}

/** A field that the tool itself knows is never left out, nor is one that says that a call must not be made twice. */
function withoutExtras({ properties = {} }: JsonSchema, given: JsonObject): JsonObject {
  const isExtra = (name: string): boolean =>
    ADDED_BY_CLIENTS.has(name) && !Object.hasOwn(properties, name) && !holdsOurMeta(given[name])
  if (!Object.keys(given).some(isExtra)) return given
  return Object.fromEntries(Object.entries(given).filter(([name]) => !isExtra(name)))
}

function holdsOurMeta(value: unknown): boolean {
  return isJsonObject(value) && IDEMPOTENCY_META_KEY in value
}

/**
 * A message whose `arguments` are an object, if only one object can be meant: the whole as text
 * (https://github.com/modelcontextprotocol/python-sdk/issues/820), null, or the empty list of languages that write an
 * empty object in this way.
 */
export function withArguments(message: unknown): unknown {
  if (!isJsonObject(message) || message.method !== 'tools/call' || !isJsonObject(message.params))
    return message
  const { params } = message
  if (!('arguments' in params) || isJsonObject(params.arguments)) return message
  const read = objectMeant(params.arguments)
  return read === undefined ? message : { ...message, params: { ...params, arguments: read } }
}

function objectMeant(given: unknown): JsonObject | undefined {
  if (typeof given === 'string') return given.trim() === '' ? {} : readJsonObject(given)
  return given === null || (Array.isArray(given) && given.length === 0) ? {} : undefined
}
