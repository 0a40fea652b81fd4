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
  /** Shows the text of the answer as it arrives; text that may turn out to be thinking is held back. */
  show(text: string): void
  /** The model's template opens its thinking in the question, so that only the closing tag is seen. */
  readonly isOpened: boolean
}

export interface AnswerText {
  add(piece: string): void
  /** Everything that arrived, including thinking. */
  raw(): string
  /** The answer without its thinking, and whether the question had opened the thinking. Shows what was held back. */
  end(): { readonly text: string; readonly isOpened: boolean }
}

export function createAnswerText({ show, isOpened }: TextOptions): AnswerText {
  let raw = ''
  let text = ''
  /** Text that may be thinking or answer. */
  let held = ''
  let place: 'before' | 'thinking' | 'answer' = isOpened ? 'thinking' : 'before'
  /** The tag that ends the thinking; undefined: any tag, because the opening tag was not seen. */
  let closing: string | undefined
  let hasThought = false

  function say(piece: string): void {
    text += piece
    if (piece !== '') show(piece)
  }

  /** The held text, without the blanks that follow thinking. */
  const heldAnswer = () => (hasThought ? held.trimStart() : held)

  function judge(): void {
    if (place === 'thinking') {
      const end = closing === undefined ? closingAlone(held) : findFirst(held, [closing])?.end
      // Of long thinking, only a possible beginning of the closing tag is searched again.
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
      // Searched only when a tag may end here.
      if (place === 'before' || /[>\]▷]/.test(piece)) judge()
    },
    raw: () => raw,
    end() {
      // An open tag means thinking until the end; without one, the model did not think this time.
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

/** The end of thinking whose opening tag was not seen; undefined if there is none. */
function closingAlone(text: string): number | undefined {
  const found = findFirst(text, CLOSINGS)
  if (found === undefined) return undefined
  const before = text.slice(0, found.start).toLowerCase()
  // A text about a tag sets it off with a space, a quotation mark or a code fence, or contains the opening tag too.
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
  // The text may be long: only the part that may be the beginning is compared.
  return text.slice(0, beginning.length).toLowerCase() === beginning
}
