/** A line of a message as words: split so that it can be joined again exactly, and compared in lower case. */

/** One word. `isGlued`: no space before it; `isLiteral`: quoted, so it is always part of the title. */
export interface Word {
  text: string
  isGlued: boolean
  isLiteral: boolean
}

/** Splits at white space, and around an em-dash, a bar or a semicolon, which separate without spaces too. */
export function cutWords(line: string): Word[] {
  return line
    .split(/\s+/)
    .filter((text) => text !== '')
    .flatMap((text) => {
      const pieces = /^rrule:/i.test(text) ? [text] : text.split(/([—|;])/).filter((piece) => piece !== '')
      return pieces.map((piece, index) => ({ text: piece, isGlued: index > 0, isLiteral: false }))
    })
}

/** Joins words again, with one space where there was any. */
export function joinWords(words: readonly Word[]): string {
  return words.map((word, index) => (index === 0 || word.isGlued ? word.text : ` ${word.text}`)).join('')
}

/** Whether a word only separates: a dash between spaces, an em-dash, a bar, a semicolon. */
export function isSeparator(word: Word | undefined): boolean {
  return word !== undefined && !word.isLiteral && /^(?:[-–—|;]|--)$/.test(word.text)
}

/** A line that starts with a title in double quotes, which is taken literally; `\"` and `\\` inside. */
export function readLiteral(line: string): { title: string; rest: string } | undefined {
  if (!line.startsWith('"')) return undefined
  let title = ''
  for (let index = 1; index < line.length; index += 1) {
    const character = line.charAt(index)
    if (character === '"') {
      const rest = line.slice(index + 1).trim()
      const isWhole = rest === '' || (/^\s/.test(line.slice(index + 1)) && /^-\s/.test(rest))
      return isWhole && title.trim() !== '' ? { title, rest } : undefined
    }
    if (character === '\\') index += 1
    title += line.charAt(index)
  }
  return undefined
}
