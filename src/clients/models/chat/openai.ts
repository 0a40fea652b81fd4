/** Asks OpenAI's models, or any server that speaks Chat Completions: Gemini, Mistral, DeepSeek, Groq, Ollama, vLLM ... */
import { callOf, type PrepareCall } from '../ask-once.ts'
import { gatherOpenai } from './answer.ts'
import { habitOf } from './habits.ts'
import type { ChatOrigin, Habit } from './origin.ts'
import { writeOpenaiRequest } from './request.ts'
import { type ChatEvent, readChat } from './stream.ts'

const STANDARD_BASE_URL = 'https://api.openai.com/v1'

interface OpenaiOptions {
  readonly apiKey?: string | undefined
  readonly baseUrl?: string | undefined
}

export function createOpenai({ apiKey, baseUrl = STANDARD_BASE_URL }: OpenaiOptions): PrepareCall {
  const url = new URL(baseUrl)
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/chat/completions`
  const headers = {
    'content-type': 'application/json',
    accept: 'text/event-stream',
    ...keyHeader(url, apiKey),
  }
  const habits = new Map<string, Set<Habit>>()

  function originOf(model: string): ChatOrigin {
    const known = habits.get(model) ?? new Set<Habit>()
    habits.set(model, known)
    return { model, server: url.host, habits: known }
  }

  return async (request, { watch, onDelta }) => {
    const origin = originOf(request.model)
    const tools = request.tools.map(({ name }) => name)

    async function* ask(): AsyncGenerator<ChatEvent> {
      const question = writeOpenaiRequest(request, origin)
      try {
        const body = JSON.stringify(question)
        yield* readChat(await watch.fetch(url, { method: 'POST', headers, body, signal: watch.signal }))
      } catch (thrown) {
        // The server refused to begin and said which field it does not support: nothing was answered, and nothing is
        // paid.
        const habit = habitOf(thrown, question)
        if (habit === undefined || origin.habits.has(habit)) throw thrown
        origin.habits.add(habit)
        yield* ask()
      }
    }

    return callOf(async () => ask(), gatherOpenai({ origin, tools, onDelta }))
  }
}

/** Azure expects its keys in a header of its own; your own server may not need a key. */
function keyHeader({ hostname }: URL, apiKey: string | undefined): Readonly<Record<string, string>> {
  if (apiKey === undefined) return {}
  return hostname.endsWith('.azure.com') ? { 'api-key': apiKey } : { authorization: `Bearer ${apiKey}` }
}
