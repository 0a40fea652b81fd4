/** Why an answer ended, once it is known what it holds. */
import type { StopReason } from './model.ts'

/** A reason as a server gives it: one of ours, one that is not known, or none. */
export type GivenStop = StopReason | 'unknown' | undefined

/** Servers say `stop` although they call, and that they call although they do not. */
export function settleStop(given: GivenStop, hasCalls: boolean): StopReason {
  if (given === 'max_tokens' || given === 'refusal' || given === 'context_full') return given
  return hasCalls ? 'tool_calls' : 'end'
}
