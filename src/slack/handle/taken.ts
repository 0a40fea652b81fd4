/** The outcome of a turn of a conversation: what is answered, and what the conversation remembers of it. */
import type { Reply } from '../../chat/reply.ts'
import type { Changed } from '../../domain/conversations/store.ts'

export interface Taken {
  readonly replies: readonly Reply[]
  readonly changed: Changed
  /** The replies are for the person alone. */
  readonly isPrivate?: true
}
