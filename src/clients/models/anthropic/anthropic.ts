/** Asks Anthropic's models, or a server that speaks their protocol. */

import { callOf, type PrepareCall } from '../ask-once.ts'
import type { ModelRequest } from '../model.ts'
import { ModelError } from '../model-error.ts'
import { noServer } from '../no-server.ts'
import { isRecord } from '../tool-input.ts'
import { gatherAnthropic } from './answer.ts'
import { writeAnthropicRequest } from './request.ts'

const STANDARD_BASE_URL = 'https://api.anthropic.com'

interface AnthropicOptions {
  readonly apiKey: string
  readonly baseUrl?: string | undefined
}

export function createAnthropic({ apiKey, baseUrl }: AnthropicOptions): PrepareCall {
  return async (request, { watch, onDelta }) => {
    // Loaded at the first question, so that a gateway that asks none does not pay for it.
    const { Anthropic } = await import('@anthropic-ai/sdk')
    const client = new Anthropic({
      apiKey,
      // Always given, so that the SDK reads no environment variable itself.
      baseURL: baseUrl ?? STANDARD_BASE_URL,
      webhookKey: null,
      maxRetries: 0,
      // The SDK would log a provider's raw answer.
      logLevel: 'off',
      fetch: async (...call) => await asStream(await watch.fetch(...call)),
    })
    const body = writeAnthropicRequest(request, await writeOutputSchema(request))
    return callOf(
      () => client.messages.create(body, { signal: watch.signal }),
      gatherAnthropic({ model: request.model, tools: request.tools.map(({ name }) => name), onDelta }),
    )
  }
}

/** Some servers send a whole message although a stream was requested; it is read as if it had been streamed. */
async function asStream(response: Response): Promise<Response> {
  const type = response.headers.get('content-type') ?? ''
  if (response.ok && type.includes('html')) throw noServer('anthropic')
  if (!response.ok || !type.includes('json')) return response
  const message: unknown = await response.json()
  if (!isRecord(message) || message.type === 'error' || message.error) {
    return new Response(`event: error\ndata: ${JSON.stringify(message)}\n\n`, EVENT_STREAM)
  }
  const { content, stop_reason, usage } = message
  const events = [
    { type: 'message_start', message: { ...message, content: [] } },
    ...blocksOf(content).map((content_block, index) => ({
      ...{ type: 'content_block_start', index, content_block },
    })),
    { type: 'message_delta', delta: { stop_reason }, usage },
    { type: 'message_stop' },
  ]
  const text = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('')
  return new Response(text, EVENT_STREAM)
}

/** A list by the protocol; some servers send a single block, or its text. */
function blocksOf(content: unknown): readonly unknown[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }]
  return isRecord(content) ? [content] : Array.isArray(content) ? content : []
}

const EVENT_STREAM = { headers: { 'content-type': 'text/event-stream' } }

/** The API supports part of JSON Schema; the SDK moves the rest into descriptions. */
async function writeOutputSchema({ outputSchema }: ModelRequest) {
  if (outputSchema === undefined) return undefined
  const { transformJSONSchema } = await import('@anthropic-ai/sdk/lib/transform-json-schema')
  try {
    const { $schema: _, ...schema } = outputSchema
    return transformJSONSchema(schema)
  } catch (cause) {
    throw new ModelError('invalid_input', 'Anthropic does not accept the output schema.', {
      fix: 'Give every field in it a type.',
      retryable: false,
      cause,
    })
  }
}
