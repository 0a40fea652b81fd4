/** What a person is likely to do next about an agent. */
import type { NextCall } from '../../core/operation/next-call.ts'

export function startAgent(slug: string): NextCall {
  return { operation: 'runs.start', input: { agent: slug }, ask: { goal: 'your goal' } }
}
