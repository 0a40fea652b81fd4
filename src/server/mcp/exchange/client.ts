/** What the client of one request declares that it can do. */
import {
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { isJsonObject, type JsonObject } from '../../../core/text/json.ts'

/** The extension by which a client follows long tasks. */
export const TASKS_EXTENSION = 'io.modelcontextprotocol/tasks'

/**
 * The capabilities that a client of revision 2026-07-28 declares with each request; undefined for older clients, which
 * declare them when they start.
 */
export function capabilitiesIn(ctx: ServerContext): ClientCapabilities | undefined {
  const envelope: Readonly<Record<string, unknown>> = ctx.mcpReq.envelope ?? {}
  // The SDK has checked the envelope by its schema, but types it as an empty object.
  return envelope[CLIENT_CAPABILITIES_META_KEY] as ClientCapabilities | undefined
}

/** A client that declares `elicitation: {}` can show forms, as older clients declare it. */
export function showsForms(capabilities: ClientCapabilities | undefined): boolean {
  const elicitation = capabilities?.elicitation
  return elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined)
}

export function followsTasks(capabilities: ClientCapabilities | undefined): boolean {
  return capabilities?.extensions?.[TASKS_EXTENSION] !== undefined
}

/**
 * The declared capabilities that a server can use. Only these are kept for as long as a session or a stream lasts,
 * because clients may declare anything else, of any length.
 */
export function knownCapabilities(declared: Partial<Record<keyof ClientCapabilities, unknown>> = {}) {
  const { elicitation, sampling, roots, extensions } = declared
  const known: ClientCapabilities = {
    ...(isJsonObject(elicitation) && { elicitation: declaredIn(elicitation, ['form', 'url']) }),
    ...(isJsonObject(sampling) && { sampling: declaredIn(sampling, ['context', 'tools']) }),
    ...(isJsonObject(roots) && { roots: {} }),
    ...(isJsonObject(extensions) &&
      TASKS_EXTENSION in extensions && { extensions: declaredIn(extensions, [TASKS_EXTENSION]) }),
  }
  return known
}

function declaredIn(capability: JsonObject, names: readonly string[]) {
  return Object.fromEntries(names.filter((name) => name in capability).map((name) => [name, {}]))
}
