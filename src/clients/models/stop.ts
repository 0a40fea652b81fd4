/** Why an answer ended, once it is known what it holds. */
import type { StopReason } from './model.ts'

/** A reason as a server gives it: one of ours, one that is not known, or none. */
export type GivenStop = StopReason | 'unknown' | undefined

/**
 * The reasons that are known, in lower case: Anthropic's, OpenAI's, Mistral's, and those that servers pass on from elsewhere,
 * also from one protocol into the other.
 */
const STOPS: ReadonlyMap<string, StopReason> = new Map([
  ...(
    ['stop', 'complete', 'completed', 'done', 'eos', 'eos_token', 'end_turn', 'stop_sequence'] as const
  ).map((name) => [name, 'end'] as const),
  ...(['tool_calls', 'tool_call', 'tool_use', 'function_call'] as const).map(
    (name) => [name, 'tool_calls'] as const,
  ),
  // A pause comes from Anthropic's own tools only, which are never offered: what is left is to ask on.
  ...(['length', 'max_tokens', 'max_output_tokens', 'model_length', 'pause_turn'] as const).map(
    (name) => [name, 'max_tokens'] as const,
  ),
  ...(['content_filter', 'refusal', 'safety', 'sensitive'] as const).map(
    (name) => [name, 'refusal'] as const,
  ),
  ['model_context_window_exceeded', 'context_full'],
])

/** Undefined for a reason that is not known. */
export const knownStop = (name: string): StopReason | undefined => STOPS.get(name)

/** Servers say `stop` although they call, and that they call although they do not. */
export function settleStop(given: GivenStop, hasCalls: boolean): StopReason {
  if (given === 'max_tokens' || given === 'refusal' || given === 'context_full') return given
  return hasCalls ? 'tool_calls' : 'end'
}
