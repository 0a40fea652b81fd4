/** The answers to a question as buttons beside it: shorter words than where nothing says what they are about. */
import { actionsFor } from '../../chat/answer.ts'
import type { ReplyAction } from '../../chat/reply.ts'
import type { NextCall } from '../../core/operation/next-call.ts'
import type { Operation } from '../../core/operation/operation.ts'

export function choicesOf(operations: readonly Operation[], calls: readonly NextCall[]): ReplyAction[] {
  return actionsFor(operations, calls).map((action) => {
    if (!('call' in action) || action.call === undefined) return action
    const { call } = action
    const operation = operations.find(({ name }) => name === call.operation)
    const words = calls.length === 1 ? operation?.verb.replaceAll('_', ' ') : differing(call, calls)
    return words === undefined ? action : { ...action, label: words.charAt(0).toUpperCase() + words.slice(1) }
  })
}

/** What one call says and the others do not. */
function differing({ input }: NextCall, calls: readonly NextCall[]): string | undefined {
  const own = Object.entries(input).find(([field, value]) =>
    calls.every((other) => other.input === input || other.input[field] !== value),
  )
  return typeof own?.[1] === 'string' ? own[1] : undefined
}
