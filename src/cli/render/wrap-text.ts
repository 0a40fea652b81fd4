/** Text in terminal columns: an East Asian letter or an emoji takes two, an accent none. */
import stringWidth from 'string-width'
import wrapAnsi from 'wrap-ansi'

/** The columns of a text; of several lines the widest. */
export function widthOf(text: string): number {
  return Math.max(...text.split('\n').map((line) => stringWidth(line)))
}

export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(width - stringWidth(text), 0))
}

/** Breaks lines at spaces, and words that are too long on their own at the width. */
export function wrap(text: string, width: number): string {
  return linesOf(text, width, true).join('\n')
}

/** Breaks lines only at spaces, so that people can copy words whole; continued lines are indented. */
export function wrapSentences(text: string, width: number | undefined, indent = '  '): string {
  if (width === undefined) return text
  const lines = text.split('\n').map((line) => {
    const [start = ''] = /^\s*/.exec(line) ?? []
    if (widthOf(line) <= width) return line
    const room = width - start.length - indent.length
    return start + linesOf(line.slice(start.length), room, false).join(`\n${start}${indent}`)
  })
  return lines.join('\n')
}

/** A line that fits stays as it is. */
function linesOf(text: string, width: number, hard: boolean): string[] {
  return text
    .split('\n')
    .flatMap((line) => (widthOf(line) <= width ? [line] : wrapAnsi(line, width, { hard }).split('\n')))
}
