/** What the door answers before anything is stored. */
import { answerPress } from '../interact/open-form.ts'
import { answerShortcut, type ShortcutParts } from '../interact/open-shortcut.ts'
import type { AnswerAtOnce } from './receive.ts'

/** Menus offer nothing yet. A worker answers where Slack could not be asked who pressed. */
export function createAnswerAtOnce(parts: ShortcutParts): AnswerAtOnce {
  return async ({ payload }, signal) => {
    if (payload.type === 'block_suggestion') return { isDone: true, response: { options: [] } }
    try {
      return (await answerShortcut(parts, payload, signal)) ?? (await answerPress(parts, payload, signal))
    } catch (err) {
      parts.log.warn({ err }, 'a press could not be answered at once')
      return { isDone: false }
    }
  }
}
