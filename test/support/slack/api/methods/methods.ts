/** Every method that the stand-in knows. */
import type { Method } from '../method.ts'
import { AUTH_METHODS } from './auth.ts'
import { CHAT_METHODS } from './chat.ts'
import { CONVERSATION_METHODS } from './conversations.ts'
import { FILE_METHODS } from './files.ts'
import { HISTORY_METHODS } from './history.ts'
import { SESSION_METHODS } from './sessions.ts'
import { STREAM_METHODS } from './streams.ts'
import { USER_METHODS } from './users.ts'
import { VIEW_METHODS } from './views.ts'

export const METHODS: readonly Method[] = [
  ...AUTH_METHODS,
  ...CHAT_METHODS,
  ...CONVERSATION_METHODS,
  ...FILE_METHODS,
  ...HISTORY_METHODS,
  ...SESSION_METHODS,
  ...STREAM_METHODS,
  ...USER_METHODS,
  ...VIEW_METHODS,
]
