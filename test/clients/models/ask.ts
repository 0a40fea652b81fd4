/** Questions for tests, and what comes of them. */
import type { Delta, ModelAnswer, ModelRequest, Models, Provider } from '../../../src/clients/models/model.ts'
import { ModelError } from '../../../src/clients/models/model-error.ts'
import type { Log } from '../../../src/core/operation/context.ts'

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} }

export const WEATHER = {
  name: 'weather',
  description: 'The weather of a place.',
  inputSchema: { type: 'object', properties: { place: { type: 'string' } }, required: ['place'] },
} as const

export function question(provider: Provider, text: string, more: Partial<ModelRequest> = {}): ModelRequest {
  return {
    provider,
    model: provider === 'anthropic' ? 'claude-sonnet-5-5' : 'gpt-5.6-terra',
    system: 'Be brief.',
    messages: [{ role: 'user', content: [{ type: 'text', text }] }],
    tools: [],
    maxTokens: 1_000,
    ...more,
  }
}

interface Heard {
  readonly answer: ModelAnswer
  readonly deltas: readonly Delta[]
}

export async function ask(models: Models, request: ModelRequest): Promise<Heard> {
  const deltas: Delta[] = []
  const answer = await models.ask(request, {
    signal: new AbortController().signal,
    onDelta: (delta) => deltas.push(delta),
  })
  return { answer, deltas }
}

/** How a call fails; an answer is a failed test. */
export async function failureOf(asked: Promise<unknown>): Promise<ModelError> {
  try {
    await asked
  } catch (error) {
    if (error instanceof ModelError) return error
    throw error
  }
  throw new Error('it answered')
}

export function textOf(answer: ModelAnswer): string {
  return answer.content.map((said) => (said.type === 'text' ? said.text : '')).join('')
}

export function shownText(deltas: readonly Delta[]): string {
  return deltas.map((delta) => (delta.type === 'text' ? delta.text : '')).join('')
}
