/** What a conversation remembers of a call, so that it can be undone. */
import type { Operation } from '../core/operation/operation.ts'
import { type DoneHere, shownTyped } from './chat-state.ts'
import type { Turning } from './turning.ts'

type Input = Readonly<Record<string, unknown>>

interface Call {
  readonly operation: Operation
  readonly input: Input
  readonly output: Input
  readonly typed: string
}

/** What undoes a call that was made; undefined: it changed nothing. */
export function undoingOf(
  { message }: Turning,
  { operation, input, output, typed }: Call,
): DoneHere | undefined {
  if (operation.effect === 'read') return undefined
  const calls = operation.undo?.(output, input)
  if (calls?.length === 0) return undefined
  return { id: message.key, said: shownTyped(typed), ...(calls && { calls: [...calls] }) }
}
