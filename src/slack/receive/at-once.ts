/** What the door answers before anything is stored. */
import { answerPress } from '../interact/open-form.ts'
import { answerShortcut, type ShortcutParts } from '../interact/open-shortcut.ts'
import { answerTyping } from '../interact/suggest.ts'
import type { AnswerAtOnce } from './receive.ts'

/** A worker answers where Slack could not be asked who pressed; a select in which somebody types stays empty then. */
export function createAnswerAtOnce(parts: ShortcutParts): AnswerAtOnce {
  return async ({ payload }, signal) => {
    const isTyping = payload.type === 'block_suggestion'
    try {
      if (isTyping) return (await answerTyping(parts, payload, signal)) ?? NO_OPTIONS
      return (await answerShortcut(parts, payload, signal)) ?? (await answerPress(parts, payload, signal))
    } catch (err) {
      parts.log.warn({ err }, 'a press could not be answered at once')
      return isTyping ? NO_OPTIONS : { isDone: false }
    }
  }
}

const NO_OPTIONS = { isDone: true, response: { options: [] } }
