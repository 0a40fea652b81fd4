/** Finds the things that a person means: by reference, as "that", or by words among what they see. */
import { isNewest, isReferenceTo, isThat, type Noun, referencesIn, type Thing } from '../core/intent/noun.ts'
import { isTypoOf } from '../core/intent/typo.ts'
import { wordsOf } from '../core/intent/words-of.ts'
import { caseless } from '../core/text/comparable.ts'
import { invokeIn, type Turning } from './turning.ts'

export type Resolved =
  /** `isAll`: the words mean all things of a group, and `hasMore`: it has more than these. */
  | {
      readonly kind: 'found'
      readonly things: readonly Thing[]
      readonly isAll?: boolean
      readonly hasMore?: boolean
    }
  /** One thing, of whose name the words are only a part. */
  | { readonly kind: 'described'; readonly things: readonly Thing[] }
  | { readonly kind: 'several'; readonly things: readonly Thing[] }
  | { readonly kind: 'none'; readonly things: readonly [] }

const NONE: Resolved = { kind: 'none', things: [] }

/** How many words of a description are searched for one by one. */
const SEARCHED_MAX_WORDS = 3

/** The most things that are named by their words in one message. */
const LISTED_MAX = 10

/** A word up to this length may be missing from a name. */
const SHORT_MAX_CHARS = 3

/** Words that say nothing about which thing is meant. */
const EMPTY_WORDS = new Set([
  'the',
  'a',
  'an',
  'my',
  'to',
  'of',
  'for',
  'and',
  'with',
  'task',
  'about',
  'on',
  'in',
  'thing',
])

/** `said`: the words for it; undefined: the last thing that was talked about, or else the only one there is. */
export async function resolve(turning: Turning, noun: Noun, said: string | undefined): Promise<Resolved> {
  if (said === undefined || isThat(said)) {
    const last = lastOf(turning, noun)
    if (last !== undefined) return { kind: 'found', things: [last] }
    return said === undefined || noun.isAsked === true ? await onlyOne(turning, noun) : NONE
  }
  if (isNewest(noun, said)) return await newest(turning, noun)
  const refs = referencesIn(noun, said)
  if (refs.length > 0) return { kind: 'found', things: refs.map((ref) => ({ ref, name: '' })) }
  const all = noun.finding.all?.(said)
  if (all !== undefined) return await group(turning, noun, all)
  const one = await byWords(turning, noun, said)
  return one.kind === 'none' ? await each(turning, noun, said) : one
}

async function byWords(turning: Turning, noun: Noun, said: string): Promise<Resolved> {
  const found = await search(turning, noun, said)
  const one = oneOf(found.length > 0 ? found : await findWidely(turning, noun, said))
  const isNamed = one.kind !== 'found' || one.things.some(({ name }) => isSameName(name, said))
  return isNamed ? one : { ...one, kind: 'described' }
}

/** The things of "bank, dentist and T-3", where each is one. */
async function each(turning: Turning, noun: Noun, said: string): Promise<Resolved> {
  const parts = said.split(/\s*(?:,|;|&|\+|(?<!\S)and(?!\S))\s*/i).filter((part) => part !== '')
  if (parts.length < 2 || parts.length > LISTED_MAX) return NONE
  const things: Thing[] = []
  for (const part of parts) {
    const refs = referencesIn(noun, part)
    const found =
      refs.length > 0 ? refs.map((ref) => ({ ref, name: '' })) : (await byWords(turning, noun, part)).things
    const [thing, ...others] = found
    if (thing === undefined || others.length > 0) return NONE
    things.push(thing)
  }
  return { kind: 'found', things }
}

/** The one that was talked about last, or else the newest. */
async function newest(turning: Turning, noun: Noun): Promise<Resolved> {
  const last = lastOf(turning, noun) ?? (await list(turning, noun, noun.finding.input(undefined)))[0]
  return last === undefined ? NONE : { kind: 'found', things: [last] }
}

/** All things of a list, as far as it goes. */
async function group(turning: Turning, { finding }: Noun, input: unknown): Promise<Resolved> {
  const output = await invokeIn(turning, { operation: finding.operation, input }, '')
  const hasMore = typeof output.nextCursor === 'string'
  return { kind: 'found', things: finding.thingsIn(output), isAll: true, hasMore }
}

function isSameName(name: string, said: string): boolean {
  return fullWords(name).join(' ') === fullWords(said).join(' ')
}

function fullWords(text: string): string[] {
  return wordsOf(text)
    .map(({ form }) => form)
    .filter((word) => !EMPTY_WORDS.has(word))
}

/** Where nothing was said: the only thing that it could be. */
async function onlyOne(turning: Turning, noun: Noun): Promise<Resolved> {
  const one = oneOf(await list(turning, noun, noun.finding.input(undefined)))
  return one.kind === 'found' && noun.isAsked === true ? { ...one, kind: 'several' } : one
}

/** The same things among those that are done with, too. */
export async function findWidely(turning: Turning, noun: Noun, said: string): Promise<readonly Thing[]> {
  const found = await Promise.all(noun.finding.wider(said).map((input) => list(turning, noun, input)))
  return found.flat()
}

/** The last thing of the noun that was talked about. */
export function lastOf({ state }: Pick<Turning, 'state'>, noun: Noun): Thing | undefined {
  return state.that.find(({ ref }) => isReferenceTo(noun, ref))
}

async function search(turning: Turning, noun: Noun, said: string): Promise<readonly Thing[]> {
  const { matches, finding } = noun
  if (matches !== undefined)
    return (await list(turning, noun, finding.input(said))).filter((thing) => matches(thing, said))
  const whole = await list(turning, noun, noun.finding.input(said))
  if (whole.length > 0) {
    const same = whole.filter(({ name }) => caseless(name) === caseless(said))
    return same.length === 1 ? same : whole
  }
  const words = fullWords(said)
  const longest = [...words].sort((one, other) => other.length - one.length).slice(0, SEARCHED_MAX_WORDS)
  for (const word of longest) {
    const candidates = await list(turning, noun, noun.finding.input(word))
    const described = bestOf(candidates, words)
    if (described.length > 0) return described
  }
  return []
}

/** The things whose names have all the long words, typing errors allowed, and the most of the short ones. */
function bestOf(things: readonly Thing[], words: readonly string[]): readonly Thing[] {
  const scored = things.map((thing) => {
    const forms = wordsOf(thing.name).map(({ form }) => form)
    const missing = words.filter(
      (word) => !forms.some((form) => form.startsWith(word) || isTypoOf(word, form)),
    )
    return { thing, missing }
  })
  const fitting = scored.filter(({ missing }) => missing.every(({ length }) => length <= SHORT_MAX_CHARS))
  const fewest = Math.min(...fitting.map(({ missing }) => missing.length))
  return fitting.filter(({ missing }) => missing.length === fewest).map(({ thing }) => thing)
}

async function list(turning: Turning, { finding }: Noun, input: unknown): Promise<readonly Thing[]> {
  const { operation, thingsIn } = finding
  return thingsIn(await invokeIn(turning, { operation, input }, ''))
}

function oneOf(things: readonly Thing[]): Resolved {
  if (things.length === 0) return NONE
  return { kind: things.length === 1 ? 'found' : 'several', things }
}
