/** Reads the reason that a Chat Completions server gives for the end of its answer. */
import { type GivenStop, knownStop } from '../stop.ts'
import { ProviderRefusal } from './provider-refusal.ts'

/**
 * Reasons for a broken answer: OpenRouter and Mistral; vLLM and SGLang; DeepSeek; Gemini, whose model malformed a call.
 */
const BROKEN = [
  'error',
  'abort',
  'insufficient_system_resource',
  'function_call_filter',
  'malformed_function_call',
]

/**
 * `unknown`: an unknown reason, which does not end an answer. Undefined: no reason was given; an empty text counts as
 * no reason.
 * @throws ProviderRefusal when the answer broke
 */
export function readFinish(reason: unknown): GivenStop {
  if (typeof reason !== 'string' || reason.trim() === '') return undefined
  // Gemini adds details after a colon: `content_filter: PROHIBITED_CONTENT`. Other servers pass on a type name from
  // their own code: `FinishReason.STOP`.
  const [said = ''] = reason.trim().toLowerCase().split(':')
  const name = said.replace(/^finish_?reason[._]/, '').replaceAll(/[ -]/g, '_')
  if (BROKEN.includes(name)) {
    throw new ProviderRefusal({ error: { type: 'server_error', message: `finish_reason: ${reason}` } })
  }
  return knownStop(name) ?? 'unknown'
}
