/** What the client of one request says that it can do. */
import {
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { isJsonObject, type JsonObject } from '../../../core/text/json.ts'

/** The extension by which a client follows long tasks. */
export const TASKS_EXTENSION = 'io.modelcontextprotocol/tasks'

/** What a client of revision 2026-07-28 says with each request; undefined for older ones, who said it at their start. */
export function capabilitiesIn(ctx: ServerContext): ClientCapabilities | undefined {
  const envelope: Readonly<Record<string, unknown>> = ctx.mcpReq.envelope ?? {}
  // The SDK has held the envelope against its schema by now, but types it as an empty object.
  return envelope[CLIENT_CAPABILITIES_META_KEY] as ClientCapabilities | undefined
}

/** A client that says `elicitation: {}` can show forms, which is how older ones say it. */
export function showsForms(capabilities: ClientCapabilities | undefined): boolean {
  const elicitation = capabilities?.elicitation
  return elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined)
}

export function followsTasks(capabilities: ClientCapabilities | undefined): boolean {
  return capabilities?.extensions?.[TASKS_EXTENSION] !== undefined
}

/**
 * What a server can act on of what a client says that it can do. Only this is kept for as long as a session or a stream
 * lasts: clients may declare anything else, of any length.
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
