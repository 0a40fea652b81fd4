/** Reads why a server of Chat Completions says that its answer ended. */
import type { StopReason } from '../model.ts'
import type { GivenStop } from '../stop.ts'
import { ProviderRefusal } from './provider-refusal.ts'

/** The reasons that are known, in lower case: OpenAI's, Mistral's, and those that servers pass on from elsewhere. */
const STOPS: Readonly<Record<string, StopReason>> = {
  stop: 'end',
  complete: 'end',
  completed: 'end',
  done: 'end',
  eos: 'end',
  eos_token: 'end',
  end_turn: 'end',
  stop_sequence: 'end',
  tool_calls: 'tool_calls',
  tool_call: 'tool_calls',
  tool_use: 'tool_calls',
  function_call: 'tool_calls',
  length: 'max_tokens',
  max_tokens: 'max_tokens',
  max_output_tokens: 'max_tokens',
  model_length: 'max_tokens',
  content_filter: 'refusal',
  refusal: 'refusal',
  safety: 'refusal',
  sensitive: 'refusal',
}

/** The answer broke: OpenRouter and Mistral; vLLM and SGLang; DeepSeek; Gemini, whose model spoiled a call. */
const BROKEN = [
  'error',
  'abort',
  'insufficient_system_resource',
  'function_call_filter',
  'malformed_function_call',
]

/**
 * `unknown`: a reason that is not known, which does not end an answer. Undefined: no reason was given; an empty text
 * counts as no reason. @throws ProviderRefusal when the answer broke
 */
export function readFinish(reason: unknown): GivenStop {
  if (typeof reason !== 'string' || reason.trim() === '') return undefined
  // Gemini says more after a colon: `content_filter: PROHIBITED_CONTENT`.
  // Others pass on the name of the type in their own code: `FinishReason.STOP`.
  const [said = ''] = reason.trim().toLowerCase().split(':')
  const name = said.replace(/^finish_?reason[._]/, '').replaceAll(/[ -]/g, '_')
  if (BROKEN.includes(name)) {
    throw new ProviderRefusal({ error: { type: 'server_error', message: `finish_reason: ${reason}` } })
  }
  return Object.hasOwn(STOPS, name) ? STOPS[name] : 'unknown'
}
