/** Asks Anthropic's models, or a server that speaks their protocol. */

import { gatherAnthropic } from './anthropic-answer.ts'
import { writeAnthropicRequest } from './anthropic-request.ts'
import { callOf, type PrepareCall } from './ask-once.ts'
import type { ModelRequest } from './model.ts'
import { ModelError } from './model-error.ts'

const STANDARD_BASE_URL = 'https://api.anthropic.com'

interface AnthropicOptions {
  readonly apiKey: string
  readonly baseUrl?: string | undefined
}

export function createAnthropic({ apiKey, baseUrl }: AnthropicOptions): PrepareCall {
  return async (request, { watch, onDelta }) => {
    // Loaded at the first question: a gateway that asks nothing does not pay for it.
    const { Anthropic } = await import('@anthropic-ai/sdk')
    const client = new Anthropic({
      apiKey,
      // Given always, so that the SDK reads no setting by itself.
      baseURL: baseUrl ?? STANDARD_BASE_URL,
      webhookKey: null,
      maxRetries: 0,
      // It would print a provider's raw answer.
      logLevel: 'off',
      fetch: watch.fetch,
    })
    const body = writeAnthropicRequest(request, await writeOutputSchema(request))
    return callOf(
      () => client.messages.create(body, { signal: watch.signal }),
      gatherAnthropic(request.model, onDelta),
    )
  }
}

/** The API knows a part of JSON Schema; the SDK moves the rest into descriptions. */
async function writeOutputSchema({ outputSchema }: ModelRequest) {
  if (outputSchema === undefined) return undefined
  const { transformJSONSchema } = await import('@anthropic-ai/sdk/lib/transform-json-schema')
  try {
    const { $schema: _, ...schema } = outputSchema
    return transformJSONSchema(schema)
  } catch (cause) {
    throw new ModelError('invalid_input', 'The output schema is not one that Anthropic takes.', {
      fix: 'Give every field in it a type.',
      retryable: false,
      cause,
    })
  }
}
