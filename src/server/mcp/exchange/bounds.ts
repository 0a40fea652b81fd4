/** Limits the parts of messages that the server keeps for as long as a call, a stream or a session lasts. */
import { type ClientCapabilities, isSpecType, LATEST_PROTOCOL_VERSION } from '@modelcontextprotocol/server'
import { AppError } from '../../../core/errors.ts'
import { counted } from '../../../core/text/counts.ts'
import { isJsonObject } from '../../../core/text/json.ts'
import { knownCapabilities } from './client.ts'

/** The most messages in one request, which older revisions allow. */
const MESSAGES_MAX = 25

/** The most characters of a request's id and of a progress token, which answers and notices repeat. */
const ID_MAX_CHARS = 256

/** The most characters of a name in a request: a method, a tool, a prompt, a resource, a task. A refusal repeats it. */
const NAME_MAX_CHARS = 2_048

/** The most characters of a revision's name: ours have ten. */
const REVISION_MAX_CHARS = 32

/**
 * The messages of a body, within limits.
 * @throws AppError `payload_too_large`
 */
export function boundedMessages(body: unknown): readonly unknown[] {
  const messages = Array.isArray(body) ? body : [body]
  if (messages.length > MESSAGES_MAX) {
    throw new AppError('payload_too_large', `One request carries at most ${MESSAGES_MAX} messages.`, {
      fix: 'Send them in several requests.',
    })
  }
  for (const message of messages) assertShortWords(message)
  return messages
}

/** Ids that a client makes up itself. */
const IDS = { maxChars: ID_MAX_CHARS, fix: 'Use a number or a UUID.' }
/** Names that a client got from this server. */
const NAMES = { maxChars: NAME_MAX_CHARS, fix: 'Use one that this server lists.' }

function assertShortWords(message: unknown): void {
  if (!isJsonObject(message)) return
  assertShort('id', message.id, IDS)
  assertShort('method', message.method, NAMES)
  const { params } = message
  if (!isJsonObject(params)) return
  assertShort('requestId', params.requestId, IDS)
  for (const name of ['name', 'uri', 'taskId']) assertShort(name, params[name], NAMES)
  if (isJsonObject(params._meta)) assertShort('progressToken', params._meta.progressToken, IDS)
}

function assertShort(name: string, value: unknown, { maxChars, fix }: typeof IDS): void {
  if (typeof value !== 'string' || value.length <= maxChars) return
  throw new AppError(
    'payload_too_large',
    `The ${name} has ${counted(value.length, 'character')}; it may have ${maxChars}.`,
    { fix },
  )
}

/** The known facts about a client that opens a session. */
export interface Opening {
  /** The message with only the parts that are kept. */
  readonly body: unknown
  readonly capabilities: ClientCapabilities
}

/** Replaces a client's name and version, which have no effect. */
export const SOME_CLIENT = { name: 'client', version: '0' }

/** An `initialize` without the parts that have no effect here; an invalid one is left unchanged, to be refused. */
export function openingOf(body: unknown): Opening {
  const message = isJsonObject(body) ? body : {}
  const { params } = message
  if (!isSpecType.InitializeRequestParams(params)) return { body, capabilities: {} }
  const capabilities = knownCapabilities(params.capabilities)
  const { protocolVersion: asked } = params
  // An unknown revision is answered with the latest.
  const protocolVersion = asked.length <= REVISION_MAX_CHARS ? asked : LATEST_PROTOCOL_VERSION
  return {
    body: { ...message, params: { protocolVersion, capabilities, clientInfo: SOME_CLIENT } },
    capabilities,
  }
}
