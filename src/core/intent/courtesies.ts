/** Words around what is asked that say nothing of it: "hey, could u please ... thx 🙏". */
import type { Word } from './words-of.ts'

/** Words as people shorten them. */
export const LONG_FORMS: ReadonlyMap<string, string> = new Map([
  ['u', 'you'],
  ['ur', 'your'],
  ['r', 'are'],
  ['im', "i'm"],
  ['whats', "what's"],
  ['wheres', "where's"],
  ['isnt', "isn't"],
])

const BEFORE = phrases(`
  please | pls | plz | hey | hey there | hi | hello | ok | okay | so | and | now | just | then | also | actually | well | yay
  | switchboard | @switchboard | can you | could you | would you | will you | can you maybe | i want to | i wanna
  | i want you to | i need you to | i'd like to | i'd like you to | would you mind | go ahead and | let's | lets
`)
const AFTER = phrases(
  'please | pls | plz | thanks | thank you | thx | ty | for me | right away | if you can | when you can',
)

/** One sequence of words for each, the longest first. */
function phrases(text: string): string[][] {
  const all = text.split('|').map((phrase) => phrase.trim().split(/\s+/))
  return all.sort((one, other) => other.length - one.length)
}

/** A word that is only a picture: ✅. */
const PICTURE = /^(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\u200D|\uFE0F)+$/u

/** The words without "please", "can you" and similar words, unless nothing would be left. */
export function withoutCourtesies(words: readonly Word[]): readonly Word[] {
  const forms = words.map(({ form }) => LONG_FORMS.get(form) ?? form)
  const isAt = (start: number) => (courtesy: readonly string[]) =>
    courtesy.every((word, index) => forms[start + index] === word)
  const before = BEFORE.find(isAt(0))?.length ?? countOf(forms[0])
  const after =
    AFTER.find((courtesy) => isAt(forms.length - courtesy.length)(courtesy))?.length ?? countOf(forms.at(-1))
  const left = words.slice(before, words.length - after)
  if (left.length === 0 || left.length === words.length) return words
  return withoutCourtesies(left)
}

function countOf(form: string | undefined): 0 | 1 {
  return form !== undefined && PICTURE.test(form) ? 1 : 0
}
