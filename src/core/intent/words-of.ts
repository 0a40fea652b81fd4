/** A message as words that are compared, each with its place in the text. */
import { caseless } from '../text/comparable.ts'

export interface Word {
  /** In the form in which words are compared. */
  readonly form: string
  readonly start: number
  readonly end: number
}

/** Marks around a word that mean nothing for what it is. */
const AROUND = /^[\s.,!?;:"'()*_~`…]+|[\s.,!?;:"'()*_~`…]+$/g

export function wordsOf(text: string): Word[] {
  return [...text.matchAll(/\S+/g)].flatMap(({ 0: raw, index }) => {
    const form = caseless(raw).replaceAll(/[‘’]/g, "'").replaceAll(/[“”]/g, '"').replace(AROUND, '')
    return form === '' ? [] : [{ form, start: index, end: index + raw.length }]
  })
}

/** The text of some words as it was typed, without quotes and marks around it. */
export function textOf(text: string, words: readonly Word[]): string {
  const [first] = words
  const last = words.at(-1)
  if (first === undefined || last === undefined) return ''
  return text
    .slice(first.start, last.end)
    .replace(/^["'“‘(,;:]+/, '')
    .replace(/["'”’),;:!?.]+$/, '')
    .trim()
}
