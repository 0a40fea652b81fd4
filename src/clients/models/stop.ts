/** Why an answer ended, considering what it contains. */
import type { StopReason } from './model.ts'

/** The reason that a server gave: one of ours, an unknown one, or none. */
export type GivenStop = StopReason | 'unknown' | undefined

/**
 * The known reasons, in lower case: Anthropic's, OpenAI's, Mistral's, and those that servers pass on from elsewhere,
 * even from one protocol into the other.
 */
const STOPS: ReadonlyMap<string, StopReason> = new Map([
  ...(
    ['stop', 'complete', 'completed', 'done', 'eos', 'eos_token', 'end_turn', 'stop_sequence'] as const
  ).map((name) => [name, 'end'] as const),
  ...(['tool_calls', 'tool_call', 'tool_use', 'function_call'] as const).map(
    (name) => [name, 'tool_calls'] as const,
  ),
  // Only Anthropic's own tools cause a pause, and they are never offered: the way out is to ask again.
  ...(['length', 'max_tokens', 'max_output_tokens', 'model_length', 'pause_turn'] as const).map(
    (name) => [name, 'max_tokens'] as const,
  ),
  ...(['content_filter', 'refusal', 'safety', 'sensitive'] as const).map(
    (name) => [name, 'refusal'] as const,
  ),
  ['model_context_window_exceeded', 'context_full'],
])

/** Undefined for an unknown reason. */
export const knownStop = (name: string): StopReason | undefined => STOPS.get(name)

/** Servers say `stop` although they make calls, and announce calls that they do not make. */
export function settleStop(given: GivenStop, hasCalls: boolean): StopReason {
  if (given === 'max_tokens' || given === 'refusal' || given === 'context_full') return given
  return hasCalls ? 'tool_calls' : 'end'
}
