/** Text from outside as Slack's own format shows it: letter for letter, never as a mention, a link or a command. */
import { cutText } from '../../core/text/cut.ts'

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** Each character stands for itself, so that a text is also safe when it is escaped in pieces. */
export function escapeText(text: string): string {
  return text.replaceAll(/[&<>]/g, (sign) => ENTITIES[sign] ?? sign)
}

/** The text that was escaped. */
export function unescapeText(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}

/** Characters of a message's text: `chat.update` refuses more. */
const FALLBACK_MAX_CHARS = 4_000

/** What notifications and screen readers say of a message, whose blocks say it all. */
export function fallbackText(text: string): string {
  return escapedText(text, FALLBACK_MAX_CHARS)
}

/** As much of a text as fits once it is escaped. */
export function escapedText(text: string, maxChars: number): string {
  let maxUnits = maxChars
  for (;;) {
    const escaped = escapeText(cutText(text, maxUnits, '…'))
    if (escaped.length <= maxChars) return escaped
    maxUnits = Math.floor((maxUnits * maxChars) / escaped.length)
  }
}
