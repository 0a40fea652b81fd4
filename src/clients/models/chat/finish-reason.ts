/** Reads why a server of Chat Completions says that its answer ended. */
import { type GivenStop, knownStop } from '../stop.ts'
import { ProviderRefusal } from './provider-refusal.ts'

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
  return knownStop(name) ?? 'unknown'
}
