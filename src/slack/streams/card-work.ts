/** What work on a card needs. */
import type { ChatCall } from '../../chat/reply.ts'
import type { Runtime } from '../../core/call/runtime.ts'
import type { LongTask } from '../../core/operation/long-task.ts'
import type { Card } from '../../domain/slack/cards/store.ts'
import type { Speaking } from '../../domain/slack/speaker.ts'
import type { HandleParts } from '../handle/take-message.ts'
import type { LogParts } from './read-log.ts'

export type CardParts = Pick<HandleParts, 'assistants' | 'audience'> & LogParts

/** What is needed to show what the card has. */
export interface ShownWork {
  readonly runtime: Runtime
  readonly speaking: Speaking
  /** As the database has it. */
  readonly card: Card
}

export interface CardWork extends ShownWork {
  readonly parts: CardParts
  readonly task: LongTask
  /** As the person for whom the task is done. */
  readonly call: ChatCall
}
