/** What every part of a turn works with. */
import type { Invoke } from '../core/call/call.ts'
import type { Called, Intent, Phrased, Words } from '../core/intent/intent.ts'
import type { Operation } from '../core/operation/operation.ts'
import type { ChatState } from './chat-state.ts'
import type { ChatCall, ChatMessage, Reply } from './reply.ts'

export interface Turning {
  readonly operations: readonly Operation[]
  readonly intents: readonly Intent[]
  readonly invoke: Invoke
  readonly message: ChatMessage
  readonly state: ChatState
  readonly call: ChatCall
  /** Continues the turn as if the person had typed this. */
  say(text: string, state: ChatState): Promise<Done>
  /** The call that a text means by itself, at any time; undefined: it is not the text of a call. */
  callIn(text: string): Called | undefined
}

/** What an intent did. */
export interface Done {
  readonly replies: readonly Reply[]
  readonly state: ChatState
  readonly isOver?: true | undefined
  /** The id of the long task that it started. */
  readonly begun?: string | undefined
}

/** An intent of the conversation itself. */
export interface Talk extends Phrased {
  /** It answers what waits: where nothing does, the words may mean anything. */
  readonly isAnswer?: true
  answer(turning: Turning, words: Words): Done | Promise<Done>
}

/** Makes a call of the turn, under a key of its own. @throws AppError */
export async function invokeIn(
  { invoke, call }: Turning,
  { operation, input }: { readonly operation: Operation; readonly input: unknown },
  key: string,
): Promise<Record<string, unknown>> {
  const keyed = operation.effect === 'read' ? {} : { idempotencyKey: key }
  const { output } = await invoke(operation, input, { ...call, ...keyed })
  return output
}
