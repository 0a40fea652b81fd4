/** Separates thinking from the text of an answer: thinking comes first, in tags such as `<think>`. */

/** Tags that models think in, in lower case: DeepSeek, Qwen and others; Gemini; Magistral; Kimi; gpt-oss. */
const TAGS = [
  ['<think>', '</think>'],
  ['<thinking>', '</thinking>'],
  ['<thought>', '</thought>'],
  ['<reasoning>', '</reasoning>'],
  ['[think]', '[/think]'],
  ['◁think▷', '◁/think▷'],
  ['<|channel|>analysis<|message|>', '<|channel|>final<|message|>'],
] as const
const CLOSINGS = TAGS.map(([, closing]) => closing)

interface TextOptions {
  /** The text of the answer as it comes; what may yet turn out to be thinking is held back. */
  show(text: string): void
  /** The model's template opens its thinking in the question, so that only its end is seen. */
  readonly isOpened: boolean
}

export interface AnswerText {
  add(piece: string): void
  /** All that came, thinking too. */
  raw(): string
  /** The answer without its thinking, and whether the question had opened that. Shows what was held back. */
  end(): { readonly text: string; readonly isOpened: boolean }
}

export function createAnswerText({ show, isOpened }: TextOptions): AnswerText {
  let raw = ''
  let text = ''
  /** What is not yet known to be thinking or answer. */
  let held = ''
  let place: 'before' | 'thinking' | 'answer' = isOpened ? 'thinking' : 'before'
  /** What ends the thinking; undefined: any tag, since its beginning was not seen. */
  let closing: string | undefined
  let hasThought = false

  function say(piece: string): void {
    text += piece
    if (piece !== '') show(piece)
  }

  /** What is held, without the space that follows thinking. */
  const heldAnswer = () => (hasThought ? held.trimStart() : held)

  function judge(): void {
    if (place === 'thinking') {
      const end = closing === undefined ? closingAlone(held) : findFirst(held, [closing])?.end
      // Of a long thinking, only what may be the beginning of the tag is looked at again.
      held = held.slice(end ?? (closing === undefined ? 0 : -closing.length))
      if (end === undefined) return
      hasThought = true
      place = 'before'
    }
    const start = held.trimStart()
    const tag = TAGS.find(([opening]) => beginsWith(start, opening))
    if (tag !== undefined) {
      held = start.slice(tag[0].length)
      closing = tag[1]
      place = 'thinking'
      judge()
    } else if (!TAGS.some(([opening]) => beginsWith(opening, start))) {
      say(heldAnswer())
      held = ''
      place = 'answer'
    }
  }

  return {
    add(piece) {
      raw += piece
      if (place === 'answer') return say(piece)
      held += piece
      // It is looked through only where a tag may end.
      if (place === 'before' || /[>\]▷]/.test(piece)) judge()
    },
    raw: () => raw,
    end() {
      // A tag that is open is thinking to its end; where none was seen, it did not think this time.
      if (place !== 'thinking' || closing === undefined) say(heldAnswer())
      held = ''
      const end = hasThought || closing !== undefined ? undefined : closingAlone(text)
      return {
        text: end === undefined ? text : text.slice(end).trimStart(),
        isOpened: end !== undefined || (isOpened && hasThought),
      }
    },
  }
}

/** Where a thinking ends of which the beginning was not seen; undefined when there is no such end. */
function closingAlone(text: string): number | undefined {
  const found = findFirst(text, CLOSINGS)
  if (found === undefined) return undefined
  const before = text.slice(0, found.start).toLowerCase()
  // A text about a tag sets it off with a space, a quotation mark or a fence of code, or wrote its opening too.
  const isInCode = before.split('```').length % 2 === 0
  const isSpokenOf = /[ "'`“(]$/.test(before) || TAGS.some(([opening]) => before.includes(opening))
  return isInCode || isSpokenOf ? undefined : found.end
}

function findFirst(
  text: string,
  tags: readonly string[],
): { readonly start: number; readonly end: number } | undefined {
  const lower = text.toLowerCase()
  const found = tags
    .map((tag) => ({ start: lower.indexOf(tag), end: lower.indexOf(tag) + tag.length }))
    .filter(({ start }) => start >= 0)
  return found.toSorted((one, other) => one.start - other.start)[0]
}

function beginsWith(text: string, beginning: string): boolean {
  // The text may be long: no more of it is looked at than may be the beginning.
  return text.slice(0, beginning.length).toLowerCase() === beginning
}
