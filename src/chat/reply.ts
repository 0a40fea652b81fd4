/** What a turn of a conversation answers with; each door renders it in its own way. */

import type { Call } from '../core/call/call.ts'
import type { Offer } from '../core/intent/intent.ts'
import type { Reader, Table } from '../core/operation/description.ts'
import type { GivenFile } from '../core/operation/given-file.ts'
import type { TaskFile } from '../core/operation/long-task.ts'
import type { NextCall } from '../core/operation/next-call.ts'
import type { ChatState } from './chat-state.ts'

export type ReplyAction =
  /** As if the person had typed `say`. `waitingId`: it answers what waits under that id, and nothing else. */
  | { readonly label: string; readonly say: string; readonly waitingId?: string | undefined }
  /** A call that the person may make. */
  | { readonly label: string; readonly call: NextCall }

export interface Reply {
  /** Plain text. Titles and names in it come from people: a door escapes them. */
  readonly text: string
  /** All of `text` as rows, for a door that can show them instead. */
  readonly table?: Table
  readonly actions: readonly ReplyAction[]
  /** Files to send with it. */
  readonly files?: readonly TaskFile[] | undefined
}

export interface Turn {
  readonly replies: readonly Reply[]
  readonly state: ChatState
  /** False: no intent takes the message, and a model may. The replies then ask what was meant. */
  readonly isUnderstood: boolean
  /** It answers what no longer waits, so nothing was done. */
  readonly isOver?: true | undefined
  /** The id of the long task that it started, which the conversation may follow. */
  readonly begun?: string | undefined
}

export interface ChatMessage {
  readonly text: string
  /**
   * Prefixes the idempotency keys of the turn's calls, at most 200 characters: a turn that is repeated with its key and
   * its state has no further effect.
   */
  readonly key: string
  readonly reader?: Reader
  /** What it answers among what waits; absent: the last. */
  readonly waitingId?: string | undefined
  /** The agent that works where none is named; absent: the standard one. */
  readonly agent?: string | undefined
  /** An assistant stands ready for what no intent takes, and messages here are meant for it. */
  readonly isAssisted?: boolean
}

export type ChatCall = Pick<Call, 'actor' | 'door' | 'requestId' | 'signal'>

export interface Chat {
  /**
   * Refusals are replies.
   * @throws AppError `unavailable`, `in_progress` or `cancelled`: the same turn may be tried again
   */
  turn(message: ChatMessage, state: ChatState, call: ChatCall): Promise<Turn>
  /**
   * Whether a message is a command and nothing else: it begins with a slash, or has the exact words of a command, in which
   * nothing is free but references to things.
   */
  isCommand(text: string, state: ChatState): boolean
  /** What can be done with a file without a model. */
  offersFor(file: GivenFile): readonly Offer[]
}
