/** What the door answers before anything is stored. */
import type { AnswerAtOnce } from './receive.ts'

/** Menus offer nothing yet, and no click opens a form. */
export const answerAtOnce: AnswerAtOnce = async ({ payload }) =>
  payload.type === 'block_suggestion' ? { isDone: true, response: { options: [] } } : { isDone: false }
