/** Asks OpenAI's models, or any server that speaks Chat Completions: Groq, Ollama, vLLM. */
import { callOf, type PrepareCall } from './ask-once.ts'
import { gatherOpenai } from './openai-answer.ts'
import { writeOpenaiRequest } from './openai-request.ts'

const STANDARD_BASE_URL = 'https://api.openai.com/v1'

/** Sent where a server wants no key; the SDK insists on one. */
const NO_KEY = 'none'

interface OpenaiOptions {
  readonly apiKey?: string | undefined
  readonly baseUrl?: string | undefined
}

export function createOpenai({ apiKey, baseUrl }: OpenaiOptions): PrepareCall {
  return async (request, { watch, onDelta }) => {
    // Loaded at the first question: a gateway that asks nothing does not pay for it.
    const { OpenAI } = await import('openai')
    const client = new OpenAI({
      apiKey: apiKey ?? NO_KEY,
      // Given always, so that the SDK reads no setting by itself.
      baseURL: baseUrl ?? STANDARD_BASE_URL,
      adminAPIKey: null,
      organization: null,
      project: null,
      webhookSecret: null,
      maxRetries: 0,
      // It would print a provider's raw answer.
      logLevel: 'off',
      fetch: watch.fetch,
    })
    const body = writeOpenaiRequest(request, { isOwnServer: baseUrl === undefined })
    return callOf(
      () => client.chat.completions.create(body, { signal: watch.signal }),
      gatherOpenai(request.model, onDelta),
    )
  }
}
