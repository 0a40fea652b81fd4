/** The answer of an operation as a reply. */
import type { Intent, Said } from '../core/intent/intent.ts'
import type { NextCall } from '../core/operation/next-call.ts'
import type { Operation } from '../core/operation/operation.ts'
import type { Reply, ReplyAction } from './reply.ts'
import type { Turning } from './turning.ts'

export interface Answered {
  readonly intent: Pick<Intent, 'operation'> & Partial<Intent>
  readonly input: Readonly<Record<string, unknown>>
  readonly output: Readonly<Record<string, unknown>>
  readonly said: Said
}

export function replyOf(turning: Turning, answered: Answered): Reply {
  const { operation, asks, offers } = answered.intent
  const { output, said } = answered
  const { reader } = turning.message
  const question = asks?.(output)
  const table = operation.table?.(output, reader)
  const told = operation.tell('nextCursor' in output ? { ...output, nextCursor: null } : output, reader)
  return {
    text: question === undefined ? told : `${told}\n${question.text}`,
    ...(table !== undefined && table.rows.length > 0 && { table }),
    actions: [
      ...(question?.answers ?? []),
      ...(offers?.(output, said) ?? []),
      ...moreOf(answered),
      ...callsAfter(turning, answered),
    ],
  }
}

function moreOf({ intent: { operation }, input, output }: Answered): ReplyAction[] {
  if (typeof output.nextCursor !== 'string') return []
  const call = { operation: operation.name, input: { ...input, cursor: output.nextCursor } }
  return [{ label: 'More', call }]
}

function callsAfter(
  { operations }: Turning,
  { intent: { operation }, input, output }: Answered,
): ReplyAction[] {
  const calls = operation.next?.(output, input) ?? []
  return calls.flatMap((call) => {
    const next = operations.find(({ name }) => name === call.operation)
    return next === undefined ? [] : [{ label: labelOf(next, call), call }]
  })
}

/** `Decide AP-3: approve` of a call of `approvals.decide`. */
function labelOf({ verb, pathFields }: Operation, { input }: NextCall): string {
  const words = verb.replaceAll('_', ' ')
  const about = pathFields.map((field) => input[field]).filter((value) => typeof value === 'string')
  const others = Object.entries(input).flatMap(([field, value]) =>
    typeof value === 'string' && !pathFields.includes(field) ? [value] : [],
  )
  const head = [`${words.charAt(0).toUpperCase()}${words.slice(1)}`, ...about].join(' ')
  return others.length > 0 ? `${head}: ${others.join(', ')}` : head
}
