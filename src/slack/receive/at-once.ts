/** What the door answers before anything is stored. */
import { type AtOnceParts, answerPress } from '../interact/open-form.ts'
import type { AnswerAtOnce } from './receive.ts'

/** Menus offer nothing yet. A worker answers where Slack could not be asked who pressed. */
export function createAnswerAtOnce(parts: AtOnceParts): AnswerAtOnce {
  return async ({ payload }, signal) => {
    if (payload.type === 'block_suggestion') return { isDone: true, response: { options: [] } }
    try {
      return await answerPress(parts, payload, signal)
    } catch (err) {
      parts.log.warn({ err }, 'a press could not be answered at once')
      return { isDone: false }
    }
  }
}
