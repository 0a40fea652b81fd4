/** Takes `@label` and `#project` out of a line, anywhere in it. */
import { caseless } from '../../../core/text/comparable.ts'
import type { Reading } from './reading.ts'
import { isSeparator, type Word } from './text.ts'

// A project begins with a letter: "#12" is a number, "C#" and "a@b.com" are words.
const LABEL = /^@([\p{L}\p{N}][\p{L}\p{M}\p{N}_\-/]{0,59})[,;.!?]?$/u
const PROJECT = /^#(\p{L}[\p{L}\p{M}\p{N}_\-/]{0,59})[,;.!?]?$/u

/** Moves labels (each once, in any case) and the first project into the reading, but never the last word. */
export function takeLabels(reading: Reading): void {
  const kept: Word[] = []
  const labels = new Map<string, string>()
  let project: string | null = null
  for (const [index, word] of reading.words.entries()) {
    const label = nameIn(word, LABEL)
    const named: string | undefined = project === null ? nameIn(word, PROJECT) : undefined
    project ??= named ?? null
    if (label !== undefined && !labels.has(caseless(label))) labels.set(caseless(label), label)
    if (label === undefined && named === undefined) kept.push(word)
    else if (isSeparator(kept.at(-1)) && endsPart(reading.words[index + 1])) kept.pop()
  }
  if (kept.length === reading.words.length) return
  reading.isTouched = true
  if (kept.every(isSeparator)) return
  reading.words = kept
  reading.labels = [...labels.values()]
  reading.project = project
}

function nameIn(word: Word, form: RegExp): string | undefined {
  // "@3pm" is a time.
  if (/^@\d{1,2}(:[0-5]\d)?([ap]m)?[,;.!?]?$/i.test(word.text)) return undefined
  return word.isLiteral || word.isGlued ? undefined : form.exec(word.text)?.[1]
}

function endsPart(next: Word | undefined): boolean {
  return next === undefined || isSeparator(next) || LABEL.test(next.text) || PROJECT.test(next.text)
}
