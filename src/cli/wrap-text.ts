/** Text in a given number of terminal columns. */

const WIDE =
  /\p{Emoji_Presentation}|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}/u

/** Breaks lines at spaces, and words that are too long by themselves where they end. */
export function wrap(text: string, width: number): string {
  const lines = text.split('\n').flatMap((line) => wrapWords(line, cut(line, width), width))
  return lines.join('\n')
}

/** Breaks lines at spaces alone, so that what people copy stays whole; lines that go on are indented. */
export function wrapSentences(text: string, width: number | undefined, indent = '  '): string {
  if (width === undefined) return text
  const lines = text.split('\n').map((line) => {
    const [start = ''] = /^\s*/.exec(line) ?? []
    const words = line.slice(start.length).split(' ')
    return start + wrapWords(line, words, width - start.length - indent.length).join(`\n${start}${indent}`)
  })
  return lines.join('\n')
}

function cut(line: string, width: number): string[] {
  return line.split(' ').flatMap((word) => pieces(word, width))
}

function wrapWords(line: string, words: readonly string[], width: number): string[] {
  if (widthOf(line) <= width) return [line]
  const lines: string[] = []
  let current = ''
  for (const word of words) {
    const longer = current === '' ? word : `${current} ${word}`
    if (widthOf(longer) <= width) current = longer
    else {
      lines.push(current)
      current = word
    }
  }
  return [...lines, current].filter((one) => one !== '')
}

function pieces(word: string, width: number): string[] {
  const parts = ['']
  for (const letter of word) {
    const last = parts.at(-1) ?? ''
    if (last !== '' && widthOf(last + letter) > width) parts.push(letter)
    else parts[parts.length - 1] = last + letter
  }
  return parts
}

/** Columns that a text takes: East Asian letters and emoji take two. */
export function widthOf(text: string): number {
  const widths = text.split('\n').map((line) => {
    let width = 0
    for (const letter of line.replace(/\p{M}/gu, '')) width += WIDE.test(letter) ? 2 : 1
    return width
  })
  return Math.max(...widths)
}
