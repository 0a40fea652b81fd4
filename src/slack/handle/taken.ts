/** The outcome of a turn of a conversation: what is answered, and what the conversation remembers of it. */
import type { Reply } from '../../chat/reply.ts'
import type { Changed } from '../../domain/conversations/store.ts'

export interface Taken {
  readonly replies: readonly Reply[]
  readonly changed: Changed
  /** It answers what no longer waits, so nothing was done. */
  readonly isOver?: true | undefined
  /** The ids of what waited for an answer and waits no longer. */
  readonly ended?: readonly string[]
  /** The replies are for the person alone. */
  readonly isPrivate?: true
}
