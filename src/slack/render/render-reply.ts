/** A reply as messages: its words, its table and its buttons. */
import type { Table } from '../../core/operation/description.ts'
import type { Operation } from '../../core/operation/operation.ts'
import { actionParts, type ShownAction } from './action-parts.ts'
import { packMessages, type SlackMessage } from './message.ts'
import { tableParts } from './table-parts.ts'
import { textParts } from './text-parts.ts'

/** A reply whose actions are kept. */
export interface ShownReply {
  readonly text: string
  /** All of the text as rows, which are shown instead where Slack has room for them. */
  readonly table?: Table | undefined
  readonly actions: readonly ShownAction[]
}

export interface RenderParts {
  readonly operations: readonly Pick<Operation, 'name' | 'effect' | 'input'>[]
}

/** One message at least, as long as the reply says anything; the buttons are at the end of the last one. */
export function renderReply(
  { text, table, actions }: ShownReply,
  { operations }: RenderParts,
): SlackMessage[] {
  const rows = table && tableParts(table)
  return packMessages([...(rows ?? textParts(text)), ...actionParts(actions, operations)])
}
